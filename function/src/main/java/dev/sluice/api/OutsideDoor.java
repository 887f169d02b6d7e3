package dev.sluice.api;

/// The way in for whoever comes through a gateway that everybody may speak to: what is for
/// operators alone is refused whoever asks, token or not. By the endpoint that the path leads to,
/// never by a prefix of the path. Thread-safe.
public final class OutsideDoor implements Door {
  private final Door door;

  public OutsideDoor(Door door) {
    this.door = door;
  }

  @Override
  public Entrance enter(Head head) {
    int query = head.target().indexOf('?');
    String path = query < 0 ? head.target() : head.target().substring(0, query);
    boolean forOperators =
        Endpoint.at(path).map(Endpoint.Match::endpoint).map(Endpoint::access).stream()
            .anyMatch(Endpoint.Access::forOperators);
    return forOperators
        ? new Entrance.Answered(
            door.refuse(
                Problem.FORBIDDEN,
                "the admin API and the console are not to be reached through a gateway: invoke the control function"))
        : door.enter(head);
  }

  @Override
  public Response refuse(Problem problem, String detail) {
    return door.refuse(problem, detail);
  }
}
