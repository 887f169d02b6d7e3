# Models on their way into a package. Functions and containers cannot read it: their models come with the package.
resource "aws_s3_bucket" "models" {
  bucket        = "${var.name}-models-${local.account}-${local.region}"
  force_destroy = !var.protect_data
}

resource "aws_s3_bucket_versioning" "models" {
  bucket = aws_s3_bucket.models.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "models" {
  bucket = aws_s3_bucket.models.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "aws:kms"
    }
    bucket_key_enabled = true
  }
}

resource "aws_s3_bucket_public_access_block" "models" {
  bucket                  = aws_s3_bucket.models.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "models" {
  bucket = aws_s3_bucket.models.id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "models" {
  bucket = aws_s3_bucket.models.id
  rule {
    id     = "old-versions"
    status = "Enabled"
    filter {}
    noncurrent_version_expiration {
      noncurrent_days = 90
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
  # S3 refuses rules on old versions while versioning is being switched on.
  depends_on = [aws_s3_bucket_versioning.models]
}

resource "aws_s3_bucket_policy" "models" {
  bucket = aws_s3_bucket.models.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyEncryptedConnections"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [aws_s3_bucket.models.arn, "${aws_s3_bucket.models.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
  # Two changes of a bucket's access at once: the second is refused with OperationAborted.
  depends_on = [aws_s3_bucket_public_access_block.models]
}

# Only the secrets' places. Their values are put by hand (README.md): a value that Terraform writes or reads back is in the
# state in plain text, even where changes of it are ignored.
resource "aws_secretsmanager_secret" "service" {
  for_each = {
    admin-token  = "ADMIN_TOKEN of the controller and the containers"
    signing-keys = "SIGNING_KEYS, the same for every instance"
  }
  name        = "${var.name}/${each.key}"
  description = each.value
  # A deleted name stays taken for this long.
  recovery_window_in_days = var.protect_data ? 30 : 0
}
