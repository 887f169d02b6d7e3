package dev.sluice.aws;

import com.amazonaws.services.dynamodbv2.local.server.DynamoDBProxyServer;
import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBRequestHandler;
import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBServerHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/// A DynamoDB of this JVM alone, Amazon's own for tests: on a free port, in memory, gone with the
/// JVM.
final class LocalDynamo {
  private LocalDynamo() {}

  private static final class Running {
    static final URI ENDPOINT = start();

    private static URI start() {
      try {
        int port = freePort();
        new DynamoDBProxyServer(
                port,
                new LocalDynamoDBServerHandler(
                    new LocalDynamoDBRequestHandler(0, true, null, true, false), "*"))
            .start();
        return URI.create("http://127.0.0.1:" + port);
      } catch (Exception failed) {
        throw new IllegalStateException(failed);
      }
    }

    private static int freePort() throws IOException {
      try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        return free.getLocalPort();
      }
    }
  }

  static URI endpoint() {
    return Running.ENDPOINT;
  }

  /// The name of a new and empty table.
  static String emptyTable() {
    try (DynamoDbClient client = client()) {
      return emptyTable(client);
    }
  }

  static String emptyTable(DynamoDbClient client) {
    String name = "t" + UUID.randomUUID();
    client.createTable(
        table ->
            table
                .tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(List.of(text(Key.PARTITION), text(Key.SORT)))
                .keySchema(
                    List.of(part(Key.PARTITION, KeyType.HASH), part(Key.SORT, KeyType.RANGE))));
    return name;
  }

  private static AttributeDefinition text(String name) {
    return AttributeDefinition.builder()
        .attributeName(name)
        .attributeType(ScalarAttributeType.S)
        .build();
  }

  private static KeySchemaElement part(String name, KeyType type) {
    return KeySchemaElement.builder().attributeName(name).keyType(type).build();
  }

  static DynamoDbClient client() {
    return client(endpoint());
  }

  static DynamoDbClient client(URI endpoint) {
    return TestAccount.at(endpoint, Clients.trying(DynamoDbClient.builder())).build();
  }
}
