# Puts the image that was pulled before into the stage's own repository, which its tasks read. Sourced by the buildspecs.
name="$(aws cloudformation describe-stack-resources --region "$STAGE_REGION" --stack-name "fincore-$STAGE-Data" \
  --query "StackResources[?ResourceType=='AWS::ECR::Repository'].PhysicalResourceId" --output text)" || exit 1
repository="$(aws ecr describe-repositories --region "$STAGE_REGION" --repository-names "$name" \
  --query 'repositories[0].repositoryUri' --output text)" || exit 1
aws ecr get-login-password --region "$STAGE_REGION" | docker login --username AWS --password-stdin "${repository%%/*}" || exit 1
# A tag that is there already cannot be moved, and need not be.
if ! docker manifest inspect "$repository:$IMAGE_TAG" > /dev/null 2>&1; then
  docker tag "$IMAGES:$IMAGE_TAG" "$repository:$IMAGE_TAG" && docker push "$repository:$IMAGE_TAG" || exit 1
fi
