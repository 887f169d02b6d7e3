# The containers themselves: cluster, what one of them is, the services, and how many there are.

resource "aws_cloudwatch_log_group" "container" {
  count             = local.container
  name              = "/ecs/${var.name}"
  retention_in_days = var.log_retention_days
}

resource "aws_ecs_cluster" "service" {
  count = local.container
  name  = var.name
}

resource "aws_ecs_task_definition" "lane" {
  for_each                 = local.lanes
  family                   = "${var.name}-${each.key}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.container_size.cpu
  memory                   = var.container_size.memory
  execution_role_arn       = aws_iam_role.launch[0].arn
  task_role_arn            = aws_iam_role.container[0].arn

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.architecture == "arm64" ? "ARM64" : "X86_64"
  }

  volume {
    name = "data"
  }

  container_definitions = jsonencode([{
    name                   = "sluice"
    image                  = coalesce(var.container_image, "${aws_ecr_repository.service[0].repository_url}:first")
    essential              = true
    readonlyRootFilesystem = true
    stopTimeout            = 30
    portMappings           = [{ containerPort = local.port, hostPort = local.port, protocol = "tcp" }]
    mountPoints            = [{ sourceVolume = "data", containerPath = "/data", readOnly = false }]
    environment = [for key, value in merge(local.shared_environment, var.environment, local.container_mode, {
      # The load balancer's addresses: callers are counted by what it forwards.
      TRUSTED_PROXIES = join(",", sort([for subnet in data.aws_subnet.chosen : subnet.cidr_block]))
      # The only folder that can be written.
      JAVA_TOOL_OPTIONS = "-Djava.io.tmpdir=/data"
    }) : { name = key, value = value }]
    secrets = [
      { name = "ADMIN_TOKEN", valueFrom = aws_secretsmanager_secret.service["admin-token"].arn },
      { name = "SIGNING_KEYS", valueFrom = aws_secretsmanager_secret.service["signing-keys"].arn },
    ]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.container[0].name
        awslogs-region        = local.region
        awslogs-stream-prefix = each.key
      }
    }
  }])
}

resource "aws_ecs_service" "lane" {
  for_each                          = local.lanes
  name                              = "${var.name}-${each.key}"
  cluster                           = aws_ecs_cluster.service[0].id
  task_definition                   = aws_ecs_task_definition.lane[each.key].arn
  desired_count                     = each.value
  launch_type                       = "FARGATE"
  health_check_grace_period_seconds = var.health_grace_seconds

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets         = var.subnet_ids
    security_groups = [aws_security_group.container[0].id]
    # Without it containers in subnets that have no NAT reach no registry; nothing reaches them but the load balancer.
    assign_public_ip = !var.internal_alb
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.lane[each.key].arn
    container_name   = "sluice"
    container_port   = local.port
  }

  lifecycle {
    # A deployer's and the scaling's. availability_zone_rebalancing: not every answer has it, and then every plan would set it.
    ignore_changes = [desired_count, task_definition, availability_zone_rebalancing]
  }

  # A target group without a listener is refused.
  depends_on = [aws_lb_listener_rule.weighted, aws_iam_role_policy.launch]
}

resource "aws_appautoscaling_target" "lane" {
  for_each           = var.enable_autoscaling ? local.lanes : {}
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${aws_ecs_cluster.service[0].name}/${aws_ecs_service.lane[each.key].name}"
  min_capacity       = each.value
  max_capacity       = max(4, 4 * var.desired_count)
}

resource "aws_appautoscaling_policy" "cpu" {
  for_each           = aws_appautoscaling_target.lane
  name               = "cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = each.value.service_namespace
  scalable_dimension = each.value.scalable_dimension
  resource_id        = each.value.resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = 60
    scale_in_cooldown  = 300
    scale_out_cooldown = 30

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}
