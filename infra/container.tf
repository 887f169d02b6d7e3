# Two services of the same container, stable and canary, behind one load balancer whose rule has a weight for each.
locals {
  lanes         = var.enable_container ? { stable = var.desired_count, canary = 0 } : {}
  listener_port = var.certificate_arn == null ? 80 : 443
  port          = 8080
}

resource "aws_ecr_repository" "service" {
  count                = local.container
  name                 = var.name
  image_tag_mutability = "IMMUTABLE"
  force_delete         = !var.protect_data

  image_scanning_configuration {
    scan_on_push = true
  }
}

resource "aws_ecr_lifecycle_policy" "service" {
  count      = local.container
  repository = aws_ecr_repository.service[0].name
  policy = jsonencode({ rules = [{
    rulePriority = 1
    description  = "What has no tag goes after a week"
    selection    = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 7 }
    action       = { type = "expire" }
  }] })
}

data "aws_subnet" "chosen" {
  for_each = var.enable_container ? toset(var.subnet_ids) : toset([])
  id       = each.key
}

resource "aws_security_group" "balancer" {
  count       = local.container
  name        = "${var.name}-balancer"
  description = "Load balancer of Sluice"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "callers" {
  for_each          = var.enable_container ? toset(var.allowed_cidrs) : toset([])
  security_group_id = aws_security_group.balancer[0].id
  cidr_ipv4         = each.key
  ip_protocol       = "tcp"
  from_port         = local.listener_port
  to_port           = local.listener_port
}

resource "aws_vpc_security_group_egress_rule" "to_containers" {
  count                        = local.container
  security_group_id            = aws_security_group.balancer[0].id
  referenced_security_group_id = aws_security_group.container[0].id
  ip_protocol                  = "tcp"
  from_port                    = local.port
  to_port                      = local.port
}

resource "aws_security_group" "container" {
  count       = local.container
  name        = "${var.name}-container"
  description = "Containers of Sluice"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "from_balancer" {
  count                        = local.container
  security_group_id            = aws_security_group.container[0].id
  referenced_security_group_id = aws_security_group.balancer[0].id
  ip_protocol                  = "tcp"
  from_port                    = local.port
  to_port                      = local.port
}

resource "aws_vpc_security_group_egress_rule" "to_aws" {
  count             = local.container
  security_group_id = aws_security_group.container[0].id
  description       = "Registry, table, secrets, logs"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_lb" "service" {
  count                      = local.container
  name                       = var.name
  internal                   = var.internal_alb
  load_balancer_type         = "application"
  subnets                    = var.subnet_ids
  security_groups            = [aws_security_group.balancer[0].id]
  drop_invalid_header_fields = true
  enable_deletion_protection = var.protect_data
}

resource "aws_lb_target_group" "lane" {
  for_each             = local.lanes
  name                 = "${var.name}-${each.key}"
  vpc_id               = var.vpc_id
  target_type          = "ip"
  protocol             = "HTTP"
  port                 = local.port
  deregistration_delay = 15

  health_check {
    path                = "/ready"
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }
}

resource "aws_lb_listener" "service" {
  count             = local.container
  load_balancer_arn = aws_lb.service[0].arn
  port              = local.listener_port
  protocol          = var.certificate_arn == null ? "HTTP" : "HTTPS"
  certificate_arn   = var.certificate_arn
  ssl_policy        = var.certificate_arn == null ? null : "ELBSecurityPolicy-TLS13-1-2-2021-06"

  # Admin API and metrics are not for callers.
  default_action {
    type = "fixed-response"
    fixed_response {
      content_type = "application/json"
      status_code  = "404"
      message_body = jsonencode({ type = "urn:sluice:problem:not-found", title = "There is nothing here", status = 404 })
    }
  }
}

# Loading and unloading models is not for callers either, though its path begins like theirs.
resource "aws_lb_listener_rule" "closed" {
  count        = local.container
  listener_arn = aws_lb_listener.service[0].arn
  priority     = 10

  condition {
    path_pattern {
      values = ["/v2/repository/*"]
    }
  }

  action {
    type = "fixed-response"
    fixed_response {
      content_type = "application/json"
      status_code  = "404"
      message_body = jsonencode({ type = "urn:sluice:problem:not-found", title = "There is nothing here", status = 404 })
    }
  }
}

# A rule of its own, so that the weights can belong to the controller while Terraform keeps the rest.
resource "aws_lb_listener_rule" "weighted" {
  count        = local.container
  listener_arn = aws_lb_listener.service[0].arn
  priority     = 100

  condition {
    path_pattern {
      # A rule takes five.
      values = ["/predict", "/v1/*", "/v2*", "/healthz", "/ready"]
    }
  }

  action {
    type = "forward"
    forward {
      target_group {
        arn    = aws_lb_target_group.lane["stable"].arn
        weight = 100
      }
      target_group {
        arn    = aws_lb_target_group.lane["canary"].arn
        weight = 0
      }
      dynamic "stickiness" {
        for_each = var.sticky_seconds > 0 ? [var.sticky_seconds] : []
        content {
          enabled  = true
          duration = stickiness.value
        }
      }
    }
  }

  lifecycle {
    # Else the next plan takes a running canary's share away.
    ignore_changes = [action]
  }
}
