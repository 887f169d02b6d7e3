package dev.sluice.nginx;

import dev.sluice.control.Outside;
import dev.sluice.control.OutsideAddress.Include;
import dev.sluice.control.ReadBack;
import dev.sluice.rollout.Report;
import dev.sluice.rollout.Rollout;
import dev.sluice.routing.Share;
import dev.sluice.routing.Split;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// Moves traffic between two instances behind nginx, by the weights of their servers in a file that
/// nginx includes; see [UpstreamFile].
///
///     write beside, rename --> nginx -t --no--> the old file comes back, refused
///                                 | yes
///                                 v
///                            nginx -s reload --> nginx runs what was written
///
/// nginx does not say what it runs. So after a start, and after anybody else has written the file,
/// it is tested and reloaded once more, even where the weights are right. A process that dies
/// between the writing and the reload is put right so, too.
///
/// What somebody wrote between the look and the move is not overwritten: the next tick looks again.
/// The split is per request: no caller stays with a version. Belongs to one thread, but for
/// [#model], [#split], [#readiness] and [#address].
public final class NginxActuator implements Outside {
  private final Include include;
  private final IncludeFile file;
  private final NginxCommand nginx;
  private final Scraper scraper;
  private final Addresses addresses;
  private final ReadBack readBack;
  // What nginx runs for certain.
  private Optional<String> loaded = Optional.empty();
  private int reloads;

  public NginxActuator(Include include, NginxCommand nginx, Scraper scraper, InstantSource clock) {
    this(include, nginx, scraper, Addresses.OF_THIS_MACHINE, clock);
  }

  NginxActuator(
      Include include,
      NginxCommand nginx,
      Scraper scraper,
      Addresses addresses,
      InstantSource clock) {
    this.include = include;
    this.addresses = addresses;
    this.file = new IncludeFile(include.file());
    this.nginx = nginx;
    this.scraper = scraper;
    this.readBack = new ReadBack(new Splitter(), clock);
  }

  @Override
  public String model() {
    return include.model();
  }

  @Override
  public Split split() throws Refused {
    return file.split(read());
  }

  /// A version is ready when it says in its metrics what it has counted: what cannot be judged is
  /// not released. Nor is it where a server is several: see [Addresses].
  @Override
  public Optional<Report> readiness(String version) throws Refused {
    UpstreamFile read = read();
    Optional<Server> server = read.server(version);
    try {
      addresses.each(read);
    } catch (Refused several) {
      return Optional.of(new Report.LoadFailed(String.valueOf(several.getMessage())));
    }
    return server.isEmpty()
        ? Optional.of(new Report.LoadFailed(without(version)))
        : scraper.ready(server.get().address())
            ? Optional.of(new Report.Loaded())
            : Optional.empty();
  }

  @Override
  public Optional<Instant> inEffectSince(Rollout rollout) {
    return readBack.inEffectSince(rollout);
  }

  @Override
  public void apply(Rollout rollout, Current current) throws Refused {
    readBack.apply(rollout, current);
  }

  /// Where a version answers.
  ///
  /// @throws Refused when the file cannot be read, or has no such version
  String address(String version) throws Refused {
    return read().server(version).map(Server::address).orElseThrow(() -> absent(version));
  }

  private Refused absent(String version) {
    return new Refused(without(version));
  }

  private String without(String version) {
    return "%s has no server with # version %s".formatted(include, version);
  }

  private UpstreamFile read() throws Refused {
    return file.upstream();
  }

  private final class Splitter implements ReadBack.Splitter {
    @Override
    public String name() {
      return include.toString();
    }

    @Override
    public ReadBack.Split read(Rollout rollout) throws Refused {
      if (!rollout.model().equals(model())) {
        throw new Refused(
            "%s is of model %s, not of %s".formatted(include, model(), rollout.model()));
      }
      UpstreamFile read = NginxActuator.this.read();
      for (String version : new String[] {rollout.stable(), rollout.canary()}) {
        if (read.server(version).isEmpty()) {
          throw absent(version);
        }
      }
      return new Found(read, rollout.stable(), rollout.canary());
    }
  }

  /// The file between the two versions of a rollout.
  private final class Found implements ReadBack.Split {
    private final UpstreamFile read;
    private final String stable;
    private final String canary;

    Found(UpstreamFile read, String stable, String canary) {
      this.read = read;
      this.stable = stable;
      this.canary = canary;
    }

    @Override
    public Optional<Share> share() {
      return Optional.of(read.share(canary));
    }

    @Override
    public String revision() {
      return Integer.toString(reloads);
    }

    @Override
    public boolean is(Share wanted) {
      return read.splits(stable, canary, wanted) && loaded.filter(read.text()::equals).isPresent();
    }

    @Override
    public Optional<String> move(Share wanted) throws Refused {
      UpstreamFile next =
          read.splits(stable, canary, wanted) ? read : read.split(stable, canary, wanted);
      addresses.split(next, wanted);
      // Where it fails nobody knows what nginx runs.
      loaded = Optional.empty();
      file.take(read, next, nginx);
      loaded = Optional.of(next.text());
      reloads++;
      return Optional.empty();
    }
  }
}
