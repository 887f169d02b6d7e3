package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.batching.BatchPolicy;
import dev.sluice.batching.BatchSettings;
import dev.sluice.batching.Batcher;
import dev.sluice.batching.CostCurve;
import dev.sluice.batching.Dispatcher;
import dev.sluice.control.MemoryStore;
import dev.sluice.experiment.ErrorRate;
import dev.sluice.experiment.ExposureId;
import dev.sluice.experiment.FirstFeedback;
import dev.sluice.experiment.Ledger;
import dev.sluice.experiment.Outcome.Counted;
import dev.sluice.experiment.OutcomeToken;
import dev.sluice.experiment.OutcomeTokens;
import dev.sluice.experiment.Shares;
import dev.sluice.experiment.Sums;
import dev.sluice.inference.Deadline;
import dev.sluice.inference.Loaded;
import dev.sluice.inference.Model;
import dev.sluice.inference.OutputKind;
import dev.sluice.inference.PooledBuffers;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Tensor;
import dev.sluice.inference.TextTask;
import dev.sluice.inference.Version;
import dev.sluice.routing.Role;
import dev.sluice.routing.Share;
import dev.sluice.routing.SigningKeys;
import dev.sluice.serving.LiveVersion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeedbackTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Version CANARY = new Version("sms", "v2", "00");

  private final OutcomeTokens tokens =
      OutcomeTokens.of(
          SigningKeys.parse("k1:" + Base64.getEncoder().encodeToString(new byte[32])),
          Duration.ofHours(24));
  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final AtomicReference<Shares> shares =
      new AtomicReference<>(new Shares(Share.ofPercent(10), START));
  private final Ledger ledger = new Ledger(() -> "p-1", START, 1);
  private final Dispatcher dispatcher = Dispatcher.start(1);
  private final Heard heard = new Heard();
  private int exposures;

  @AfterEach
  void stop() {
    dispatcher.close();
  }

  private static final class Heard implements ApiListener {
    final List<String> reports = new ArrayList<>();
    final List<Throwable> broken = new ArrayList<>();

    @Override
    public void answered(Answered request) {}

    @Override
    public void refused(Problem problem) {}

    @Override
    public void cookieIgnored(String cause) {}

    @Override
    public void fedBack(Optional<Version> version, Feedback feedback) {
      reports.add(version.map(Version::name).orElse("") + " " + feedback);
    }

    @Override
    public void operated(Trace trace, Endpoint endpoint, String actor, String said) {}

    @Override
    public void broken(Trace trace, Throwable cause) {
      broken.add(cause);
    }
  }

  /// Nobody asks it anything here.
  private static final class SilentModel implements Model {
    @Override
    public Signature signature() {
      return new Signature(List.of(), List.of());
    }

    @Override
    public List<Tensor> run(List<Tensor> inputs, Deadline deadline) {
      return List.of();
    }

    @Override
    public void close() {}
  }

  private LiveVersion live() {
    var model = new SilentModel();
    var point = List.of(new CostCurve.Point(1, 1_000));
    var policy =
        BatchPolicy.of(
            BatchSettings.defaults(), new CostCurve(point, point, CostCurve.End.ALL_SIZES));
    var task = new TextTask(OutputKind.PROBABILITIES, List.of("ham", "spam"));
    return new LiveVersion(
        new Loaded(CANARY, model, task, Map.of(), 1),
        new Batcher(CANARY, model, policy, new PooledBuffers(0), dispatcher, (by, run) -> {}),
        new ErrorRate(),
        ledger.page("sms", "v2"));
  }

  private static FirstFeedback remembering() {
    var store = new MemoryStore();
    return (id, forget) -> store.first(id.text(), START, forget);
  }

  private FeedbackAnswering answering(FirstFeedback firstFeedback) {
    var text = new JsonText();
    Map<String, Map<String, LiveVersion>> versions = Map.of("sms", Map.of("v2", live()));
    return new FeedbackAnswering(
        tokens,
        firstFeedback,
        () -> versions,
        model -> Optional.of(shares.get()),
        new StrictJson(1 << 20),
        text,
        new Problems(text),
        heard,
        now::get);
  }

  private Response answer(FeedbackAnswering answering, String json) throws BadBody {
    var trace = new Trace("t-1", Optional.empty());
    var head = new Head("POST", "/v1/feedback", name -> List.of(), "127.0.0.1", 1, 0);
    return answering.answer(
        new Prediction(
            head, new Visit(Endpoint.FEEDBACK, "POST", trace, 0), new Deadline(1), List.of()),
        Content.of(json.getBytes(StandardCharsets.UTF_8)));
  }

  private String said(String json) throws BadBody {
    return body(answer(answering(remembering()), json));
  }

  private static String body(Response response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  private String token() {
    return token("v2", OptionalInt.of(1), Counted.EXPOSURE);
  }

  private String token(String version, OptionalInt predicted, Counted counted) {
    return tokens
        .issue(
            new OutcomeToken(
                "sms",
                Optional.empty(),
                Optional.of(Role.CANARY),
                version,
                new ExposureId(++exposures, 0),
                5,
                START,
                predicted,
                counted))
        .orElseThrow();
  }

  private static String report(String token, String rest) {
    return "{\"token\":\"" + token + "\"," + rest + "}";
  }

  private Map<String, Sums> scores() {
    return ledger
        .read("sms", () -> new Shares(Share.NONE, START), START.plusSeconds(60))
        .tally("v2")
        .scores();
  }

  private static final String ONE = "{\"accepted\":1,\"duplicates\":0,\"rejected\":[]}";
  private static final String SAME = "{\"accepted\":0,\"duplicates\":1,\"rejected\":[]}";

  private static String refused(String reason) {
    return "{\"accepted\":0,\"duplicates\":0,\"rejected\":[{\"index\":0,\"reason\":\""
        + reason
        + "\"}]}";
  }

  @Test
  void countsARewardAndMetricsForTheVersionInTheToken() throws BadBody {
    String json = report(token(), "\"reward\":0.75,\"metrics\":{\"euros\":-3.5}");

    assertThat(said(json)).isEqualTo(ONE);
    assertThat(scores())
        .containsEntry("reward", new Sums(1, 0.75, 0.5625))
        .containsEntry("euros", new Sums(1, -3.5, 12.25));
    assertThat(heard.reports).containsExactly("v2 ACCEPTED");
  }

  @ParameterizedTest
  @CsvSource({"'\"spam\"', 1", "'\"ham\"', 0", "1, 1", "0, 0"})
  void comparesALabelWithThePredictedClass(String label, double reward) throws BadBody {
    assertThat(said(report(token(), "\"label\":" + label))).isEqualTo(ONE);

    assertThat(scores()).containsEntry("reward", new Sums(1, reward, reward));
  }

  @Test
  void aReportOfAnAnswerUnderAnEarlierShareCountsAsRewardAndNotForTheRate() throws BadBody {
    shares.set(new Shares(Share.ofPercent(25), START.plusMillis(1)));
    assertThat(said(report(token(), "\"reward\":1"))).isEqualTo(ONE);
    assertThat(scores()).containsOnlyKeys("reward");

    shares.set(new Shares(Share.ofPercent(25), START));
    assertThat(said(report(token(), "\"reward\":1"))).isEqualTo(ONE);
    assertThat(scores())
        .containsEntry("reward", new Sums(2, 2, 2))
        .containsEntry("feedback_fresh", new Sums(1, 1, 1));
  }

  @Test
  void theFirstReportStandsWhateverIsSaidLater() throws BadBody {
    FeedbackAnswering answering = answering(remembering());
    String token = token();

    assertThat(body(answer(answering, report(token, "\"reward\":1")))).isEqualTo(ONE);
    assertThat(body(answer(answering, report(token, "\"reward\":1")))).isEqualTo(SAME);
    assertThat(body(answer(answering, report(token, "\"reward\":0")))).isEqualTo(SAME);

    assertThat(scores()).containsEntry("reward", new Sums(1, 1, 1));
    assertThat(heard.reports).containsExactly("v2 ACCEPTED", "v2 DUPLICATE", "v2 DUPLICATE");
  }

  @ParameterizedTest
  @CsvSource({"OVERRIDE", "RETRY", "COLD"})
  void takesWhatIsNoExposureAndCountsItNot(Counted counted) throws BadBody {
    String token = token("v2", OptionalInt.of(1), counted);

    assertThat(said(report(token, "\"reward\":1"))).isEqualTo(ONE);
    assertThat(scores()).isEmpty();
  }

  @Test
  void takesReportsOfAVersionThatIsGoneAndMakesNoPageForIt() throws BadBody {
    String token = token("v1", OptionalInt.of(1), Counted.EXPOSURE);

    assertThat(said(report(token, "\"label\":\"spam\""))).isEqualTo(ONE);

    assertThat(
            ledger.read("sms", () -> new Shares(Share.NONE, START), START.plusSeconds(9)).tallies())
        .containsOnlyKeys("v2");
    assertThat(heard.reports).containsExactly(" ACCEPTED");
  }

  @Test
  void refusesATokenWhoseTimeIsOver() throws BadBody {
    String json = report(token(), "\"reward\":1");
    now.set(START.plus(Duration.ofHours(24)));

    assertThat(said(json)).isEqualTo(refused("expired"));
    assertThat(scores()).isEmpty();
    assertThat(heard.reports).containsExactly(" REJECTED");
  }

  @Test
  void aLabelNeedsAClassAndARewardDoesNot() throws BadBody {
    String token = token("v2", OptionalInt.empty(), Counted.EXPOSURE);

    assertThat(said(report(token, "\"label\":\"spam\""))).isEqualTo(refused("no-class"));
    assertThat(said(report(token, "\"reward\":1"))).isEqualTo(ONE);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {"\"spma\"", "\"Spam\"", "\"1\"", "2"})
  void aLabelThatNoClassHasSaysNothingOfTheAnswer(String label) throws BadBody {
    String token = token();

    assertThat(said(report(token, "\"label\":" + label))).isEqualTo(refused("unknown-label"));
    assertThat(scores()).isEmpty();
    assertThat(said(report(token, "\"label\":\"spam\""))).isEqualTo(ONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"reward\":1.01|out-of-range",
        "\"reward\":-0.1|out-of-range",
        "\"reward\":1e999|out-of-range",
        "\"reward\":\"1\"|malformed",
        "\"reward\":null|malformed",
        "\"reward\":1,\"label\":1|malformed",
        "\"metrics\":{}|malformed",
        "\"label\":-1|out-of-range",
        "\"label\":99999999999|out-of-range",
        "\"label\":1.5|malformed",
        "\"label\":[[1]]|malformed",
        "\"reward\":1,\"more\":{\"a\":[1]}|malformed",
        "\"reward\":1,\"metrics\":{\"reward\":1}|malformed",
        "\"reward\":1,\"metrics\":{\"shadow_agreement\":1}|malformed",
        "\"reward\":1,\"metrics\":{\"feedback_fresh\":1}|malformed",
        "\"reward\":1,\"metrics\":{\"Euros\":1}|malformed",
        "\"reward\":1,\"metrics\":{\"euros\":true}|malformed",
        "\"reward\":1,\"metrics\":{\"euros\":2e9}|out-of-range",
        "\"reward\":1,\"metrics\":{\"euros\":-1e999}|out-of-range",
        "\"reward\":1,\"metrics\":7|malformed",
      })
  void refusesAReportThatCannotBeUsedAndCountsNothingOfIt(String rest, String reason)
      throws BadBody {
    String token = token();

    assertThat(said(report(token, rest))).isEqualTo(refused(reason));
    assertThat(scores()).isEmpty();
    assertThat(said(report(token, "\"reward\":1"))).isEqualTo(ONE);
  }

  @Test
  void aBadReportAmongGoodOnesIsNamedByItsPlace() throws BadBody {
    String good = token();
    String forged = token().replaceFirst(".$", "-");
    String json =
        "["
            + String.join(
                ",",
                report(good, "\"reward\":1"),
                "3",
                "[[]]",
                report(forged, "\"reward\":1"),
                report("v1.k9.AA.AA", "\"reward\":1"),
                report(good, "\"reward\":0"),
                report(token(), "\"label\":1"))
            + "]";

    assertThat(said(json))
        .isEqualTo(
            "{\"accepted\":2,\"duplicates\":1,\"rejected\":["
                + "{\"index\":1,\"reason\":\"malformed\"},"
                + "{\"index\":2,\"reason\":\"malformed\"},"
                + "{\"index\":3,\"reason\":\"bad-signature\"},"
                + "{\"index\":4,\"reason\":\"unknown-key\"}]}");
  }

  @Test
  void takesAThousandReportsAndNoMore() throws BadBody {
    String item = "{\"token\":\"x\",\"reward\":1}";
    String thousand = String.join(",", Collections.nCopies(1_000, item));

    assertThat(said("[" + thousand + "]")).contains("\"index\":999");
    assertThatThrownBy(() -> said("[" + thousand + "," + item + "]"))
        .isInstanceOf(BadBody.class)
        .hasMessage("at most 1000 reports a request");
  }

  @Test
  void countsNothingThatItCannotTellToBeTheFirst() throws BadBody {
    FirstFeedback memory = remembering();
    String first = token();
    String second = token();
    String both = "[" + report(first, "\"reward\":1") + "," + report(second, "\"reward\":1") + "]";

    Response away =
        answer(
            answering(
                (id, forget) -> {
                  if (id.high() == 2) {
                    throw new IllegalStateException("the store is away");
                  }
                  return memory.first(id, forget);
                }),
            both);

    assertThat(away.status()).isEqualTo(503);
    assertThat(away.fields()).contains(new Field("Retry-After", "1"));
    assertThat(heard.broken).hasSize(1);
    assertThat(scores()).containsEntry("reward", new Sums(1, 1, 1));
    assertThat(body(answer(answering(memory), both)))
        .isEqualTo("{\"accepted\":1,\"duplicates\":1,\"rejected\":[]}");
    assertThat(scores()).containsEntry("reward", new Sums(2, 2, 2));
  }
}
