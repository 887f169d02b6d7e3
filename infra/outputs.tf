output "api_url" {
  description = "Where callers send their requests."
  value       = aws_api_gateway_stage.live.invoke_url
}

output "function_name" {
  description = "The serving function."
  value       = aws_lambda_function.serve.function_name
}

output "alias_name" {
  description = "The alias that callers reach."
  value       = aws_lambda_alias.live.name
}

output "published_version" {
  description = "Newest version: while the alias names an older one, this is the next canary."
  value       = aws_lambda_function.serve.version
}

output "control_function_name" {
  description = "The controller; null without rollouts."
  value       = one(aws_lambda_function.control[*].function_name)
}

output "state_table" {
  description = "Table of rollouts and their history."
  value       = aws_dynamodb_table.state.name
}

output "model_bucket" {
  description = "Bucket for model files."
  value       = aws_s3_bucket.models.id
}

output "secret_names" {
  description = "Secrets whose values are to be put by hand."
  value       = { for key, secret in aws_secretsmanager_secret.service : key => secret.name }
}

output "usage_plan_ids" {
  description = "Usage plans by caller; API keys are attached to them by hand."
  value       = { for caller, plan in aws_api_gateway_usage_plan.caller : caller => plan.id }
}

output "load_balancer_dns" {
  description = "Name of the load balancer; null without containers."
  value       = one(aws_lb.service[*].dns_name)
}

output "listener_rule_arn" {
  description = "Rule whose weights a rollout moves; null without containers."
  value       = one(aws_lb_listener_rule.weighted[*].arn)
}

output "target_group_arns" {
  description = "Target groups, stable and canary; empty without containers."
  value       = { for lane, group in aws_lb_target_group.lane : lane => group.arn }
}

output "image_repository" {
  description = "Where container images go; null without containers."
  value       = one(aws_ecr_repository.service[*].repository_url)
}

output "prometheus_endpoint" {
  description = "Prometheus workspace; null without one."
  value       = one(aws_prometheus_workspace.service[*].prometheus_endpoint)
}
