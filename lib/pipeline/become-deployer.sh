# Takes on the role that may deploy the stage, in its account. Sourced by the buildspecs.
credentials="$(aws sts assume-role --role-arn "$DEPLOYER" --role-session-name "pipeline-$STAGE" \
  --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text)" || exit 1
read -r AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN <<< "$credentials"
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
