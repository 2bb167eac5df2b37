# Runs the migrations of the new version to their end, while the old one still takes the traffic. Sourced by the buildspecs.
output_of() {
  aws cloudformation describe-stacks --region "$STAGE_REGION" --stack-name "fincore-$STAGE-Migration" \
    --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue" --output text
}
cluster="$(output_of ClusterName)"
task="$(aws ecs run-task --region "$STAGE_REGION" --cluster "$cluster" --launch-type FARGATE \
  --task-definition "$(output_of TaskDefinition)" --started-by pipeline \
  --network-configuration "awsvpcConfiguration={subnets=[$(output_of Subnets)],securityGroups=[$(output_of SecurityGroupId)],assignPublicIp=DISABLED}" \
  --query 'tasks[0].taskArn' --output text)" || exit 1
aws ecs wait tasks-stopped --region "$STAGE_REGION" --cluster "$cluster" --tasks "$task" || exit 1
code="$(aws ecs describe-tasks --region "$STAGE_REGION" --cluster "$cluster" --tasks "$task" \
  --query 'tasks[0].containers[0].exitCode' --output text)"
if [ "$code" != 0 ]; then
  echo "The migrations ended with $code; read the log of the task $task." >&2
  exit 1
fi
