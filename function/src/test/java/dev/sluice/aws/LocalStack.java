package dev.sluice.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.localstack.LocalStackContainer;
import org.testcontainers.containers.localstack.LocalStackContainer.Service;
import org.testcontainers.utility.DockerImageName;

/// LocalStack in a container, where a Docker engine runs. On GitHub's machines one does. Started
/// when it is first asked for, stopped with the JVM.
final class LocalStack {
  // The last that needs no account.
  private static final DockerImageName IMAGE = DockerImageName.parse("localstack/localstack:4.0.3");

  private LocalStack() {}

  private static final class Running {
    static final LocalStackContainer CONTAINER = start();

    @SuppressWarnings("resource") // Testcontainers stops it with the JVM.
    private static LocalStackContainer start() {
      var container = new LocalStackContainer(IMAGE).withServices(Service.DYNAMODB, Service.LAMBDA);
      container.start();
      return container;
    }
  }

  /// For `@EnabledIf`: what a condition of a class skips is reported as skipped, what an assumption
  /// before all its tests skips is not reported at all.
  static boolean canRun() {
    boolean engine = DockerClientFactory.instance().isDockerAvailable();
    if ("true".equals(System.getenv("GITHUB_ACTIONS"))) {
      assertThat(engine).as("a Docker engine on GitHub's machine").isTrue();
    }
    return engine;
  }

  static URI endpoint() {
    return Running.CONTAINER.getEndpoint();
  }
}
