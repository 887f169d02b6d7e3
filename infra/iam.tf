# One role for each thing that acts, one policy for each role. Only the controller may move traffic.
locals {
  trusted = { for name, service in {
    lambda     = "lambda.amazonaws.com"
    scheduler  = "scheduler.amazonaws.com"
    gateway    = "apigateway.amazonaws.com"
    containers = "ecs-tasks.amazonaws.com"
    } : name => jsonencode({
      Version = "2012-10-17"
      Statement = [merge(
        { Sid = "Assume", Effect = "Allow", Principal = { Service = service }, Action = "sts:AssumeRole" },
        # The scheduler acts for many accounts: only for this one. The others name no source when they assume a role.
        { for key in ["Condition"] : key => { StringEquals = { "aws:SourceAccount" = local.account } } if name == "scheduler" },
      )]
  }) }

  # Reads and conditional writes; only who leads deletes.
  state_actions   = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:ConditionCheckItem"]
  tidying_actions = ["dynamodb:DeleteItem", "dynamodb:BatchWriteItem"]
  # X-Ray knows no resources.
  traces = {
    Sid      = "Traces"
    Effect   = "Allow"
    Action   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
    Resource = "*"
  }
}

resource "aws_iam_role" "function" {
  name               = "${var.name}-serve"
  assume_role_policy = local.trusted.lambda
}

resource "aws_iam_role_policy" "function" {
  name = "serve"
  role = aws_iam_role.function.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Logs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${local.log_arn}:/aws/lambda/${local.function_name}:*"
      },
      local.traces,
      {
        Sid      = "State"
        Effect   = "Allow"
        Action   = local.state_actions
        Resource = local.table_arn
      },
      {
        Sid      = "SigningKeys"
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = local.secret_arns.signing-keys
      },
    ]
  })
}

resource "aws_iam_role" "control" {
  count              = local.rollout
  name               = local.control_name
  assume_role_policy = local.trusted.lambda
}

resource "aws_iam_role_policy" "control" {
  count = local.rollout
  name  = "control"
  role  = aws_iam_role.control[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      {
        Sid      = "Logs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${local.log_arn}:/aws/lambda/${local.control_name}:*"
      },
      local.traces,
      {
        Sid      = "State"
        Effect   = "Allow"
        Action   = concat(local.state_actions, local.tidying_actions)
        Resource = local.table_arn
      },
      {
        Sid      = "Secrets"
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = values(local.secret_arns)
      },
      {
        Sid      = "Alias"
        Effect   = "Allow"
        Action   = ["lambda:GetAlias", "lambda:UpdateAlias"]
        Resource = [local.function_arn, local.alias_arn]
      },
      {
        Sid      = "Versions"
        Effect   = "Allow"
        Action   = "lambda:GetFunctionConfiguration"
        Resource = [local.function_arn, "${local.function_arn}:*"]
      },
      {
        Sid      = "Evidence" # CloudWatch knows no resources for reading
        Effect   = "Allow"
        Action   = "cloudwatch:GetMetricData"
        Resource = "*"
      },
      {
        Sid      = "FailedTicks"
        Effect   = "Allow"
        Action   = "sqs:SendMessage"
        Resource = local.queue_arn
      },
      ], [for rule in aws_lb_listener_rule.weighted :
      {
        Sid      = "Weights"
        Effect   = "Allow"
        Action   = "elasticloadbalancing:ModifyRule"
        Resource = rule.arn
      }
      ], [for rule in aws_lb_listener_rule.weighted :
      {
        Sid      = "Targets" # reading knows no resources here
        Effect   = "Allow"
        Action   = ["elasticloadbalancing:DescribeRules", "elasticloadbalancing:DescribeTargetHealth"]
        Resource = "*"
      }
    ])
  })
}

resource "aws_iam_role" "tick" {
  count              = local.rollout
  name               = "${var.name}-tick"
  assume_role_policy = local.trusted.scheduler
}

resource "aws_iam_role_policy" "tick" {
  count = local.rollout
  name  = "tick"
  role  = aws_iam_role.tick[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Invoke"
        Effect   = "Allow"
        Action   = "lambda:InvokeFunction"
        Resource = local.control_arn
      },
      {
        Sid      = "FailedTicks"
        Effect   = "Allow"
        Action   = "sqs:SendMessage"
        Resource = local.queue_arn
      },
    ]
  })
}

resource "aws_iam_role" "gateway_logs" {
  count              = var.manage_apigw_account ? 1 : 0
  name               = "${var.name}-gateway-logs"
  assume_role_policy = local.trusted.gateway
}

resource "aws_iam_role_policy" "gateway_logs" {
  count = var.manage_apigw_account ? 1 : 0
  name  = "logs"
  role  = aws_iam_role.gateway_logs[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid    = "Logs" # for every API of the account: the role is the account's
      Effect = "Allow"
      Action = [
        "logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams",
        "logs:PutLogEvents", "logs:GetLogEvents", "logs:FilterLogEvents",
      ]
      Resource = "*"
    }]
  })
}

# Starts containers: pulls, logs, hands secrets over.
resource "aws_iam_role" "launch" {
  count              = local.container
  name               = "${var.name}-launch"
  assume_role_policy = local.trusted.containers
}

resource "aws_iam_role_policy" "launch" {
  count = local.container
  name  = "launch"
  role  = aws_iam_role.launch[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "RegistryLogin" # knows no resources
        Effect   = "Allow"
        Action   = "ecr:GetAuthorizationToken"
        Resource = "*"
      },
      {
        Sid      = "Pull"
        Effect   = "Allow"
        Action   = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"]
        Resource = "arn:${local.partition}:ecr:${local.region}:${local.account}:repository/${var.name}"
      },
      {
        Sid      = "Logs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${local.log_arn}:/ecs/${var.name}:*"
      },
      {
        Sid      = "Secrets"
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = values(local.secret_arns)
      },
    ]
  })
}

# What a running container may do.
resource "aws_iam_role" "container" {
  count              = local.container
  name               = "${var.name}-container"
  assume_role_policy = local.trusted.containers
}

resource "aws_iam_role_policy" "container" {
  count = local.container
  name  = "container"
  role  = aws_iam_role.container[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      {
        Sid      = "State"
        Effect   = "Allow"
        Action   = local.container_state_actions
        Resource = local.table_arn
      },
      ], [for workspace in aws_prometheus_workspace.service :
      {
        Sid      = "Metrics"
        Effect   = "Allow"
        Action   = "aps:RemoteWrite"
        Resource = workspace.arn
      }
    ])
  })
}
