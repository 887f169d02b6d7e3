package dev.sluice.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.batching.BatchPolicy;
import dev.sluice.batching.BatchSettings;
import dev.sluice.batching.Batcher;
import dev.sluice.batching.CostCurve;
import dev.sluice.batching.Dispatcher;
import dev.sluice.experiment.ErrorRate;
import dev.sluice.experiment.Ledger;
import dev.sluice.experiment.Outcome;
import dev.sluice.experiment.Sums;
import dev.sluice.experiment.Tally;
import dev.sluice.inference.Deadline;
import dev.sluice.inference.Loaded;
import dev.sluice.inference.Model;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.OutputKind;
import dev.sluice.inference.Pixels;
import dev.sluice.inference.PooledBuffers;
import dev.sluice.inference.Task;
import dev.sluice.inference.TensorTask;
import dev.sluice.inference.TextTask;
import dev.sluice.inference.Version;
import dev.sluice.routing.Ask;
import dev.sluice.routing.Key;
import dev.sluice.routing.Reason;
import dev.sluice.routing.Role;
import dev.sluice.routing.Routes;
import dev.sluice.routing.Shadow;
import dev.sluice.routing.Share;
import dev.sluice.routing.Split;
import dev.sluice.routing.StickyId;
import dev.sluice.routing.Strategy;
import dev.sluice.routing.Turns;
import dev.sluice.routing.VariantOverride;
import dev.sluice.serving.ServingListener.ShadowResult;
import dev.sluice.statistics.Counts;
import dev.sluice.statistics.LatencyBuckets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServingTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final VariantOverride NONE = new VariantOverride.None();

  private final Dispatcher dispatcher = Dispatcher.start(2);
  private final Inputs inputs = new Inputs(new PooledBuffers(1 << 20), 1_000_000);
  private final Heard heard = new Heard();
  private final AtomicBoolean spareRoom = new AtomicBoolean(true);
  private final AtomicReference<Instant> wall = new AtomicReference<>(START);
  private final Ledger ledger = new Ledger(() -> "p-1", START, 1);

  @BeforeEach
  void warm() {
    ledger.ready(System.nanoTime() - Ledger.WARM_AFTER.toNanos());
  }

  @AfterEach
  void stop() {
    dispatcher.close();
  }

  /// Remembers what it heard.
  private static final class Heard implements ServingListener {
    final List<String> assigned = new ArrayList<>();
    final List<Outcome> outcomes = new ArrayList<>();
    final List<Version> failures = new ArrayList<>();
    final List<Version> turnedAway = new ArrayList<>();
    final List<Version> left = new ArrayList<>();
    final List<ShadowResult> shadows = new ArrayList<>();

    @Override
    public void assigned(Version version, Reason reason) {
      assigned.add(version.name() + " by " + reason.label());
    }

    @Override
    public void ended(Version version, Outcome outcome) {
      outcomes.add(outcome);
    }

    @Override
    public void turnedAway(Version version) {
      turnedAway.add(version);
    }

    @Override
    public void left(Version version) {
      left.add(version);
    }

    @Override
    public void failed(Version version, ModelError error, String traceId) {
      failures.add(version);
    }

    @Override
    public void shadowed(Version version, ShadowResult result) {
      shadows.add(result);
    }
  }

  private Serving serving(Split split, Map<String, Model> models) {
    var live = new HashMap<String, LiveVersion>();
    models.forEach((name, model) -> live.put(name, live(name, model)));
    var shadows = new Shadows(2, spareRoom::get, Runnable::run, inputs, heard);
    return new Serving(
        Routes.of(Map.of("sms", split), 1),
        Map.of("sms", live),
        new Turns(),
        inputs,
        shadows,
        ledger,
        heard,
        System::nanoTime,
        wall::get);
  }

  private LiveVersion live(String name, Model model) {
    return live(name, model, new TextTask(OutputKind.PROBABILITIES, List.of("ham", "spam")));
  }

  private LiveVersion live(String name, Model model, Task task) {
    var version = new Version("sms", name, "00");
    var point = List.of(new CostCurve.Point(1, 1_000));
    var policy =
        BatchPolicy.of(
            BatchSettings.defaults(), new CostCurve(point, point, CostCurve.End.ALL_SIZES));
    var batcher =
        new Batcher(version, model, policy, new PooledBuffers(0), dispatcher, (by, run) -> {});
    return new LiveVersion(
        new Loaded(version, model, task, Map.of(), 1),
        batcher,
        new ErrorRate(),
        ledger.page("sms", name));
  }

  private static Split split(double stable, double canary) {
    var weights = new LinkedHashMap<String, Double>();
    weights.put("v1", stable);
    weights.put("v2", canary);
    return Split.of(weights);
  }

  private static Call call(VariantOverride override) {
    return call(override, new Deadline(System.nanoTime() + 10 * SECOND));
  }

  private static Call call(VariantOverride override, Deadline deadline) {
    return call(new Key.Anonymous(), override, deadline, Attempt.FIRST);
  }

  private static Call call(Key key, VariantOverride override, Deadline deadline, Attempt attempt) {
    return new Call(
        new Ask("sms", key, override, 42),
        new Payload.Texts(List.of("hello", "free money")),
        deadline,
        attempt,
        "t-1");
  }

  private static Tally counted(Serving serving, String version) {
    return serving.counters("sms", START.plusSeconds(60)).orElseThrow().tally(version);
  }

  @Test
  void aModelOfTensorsTakesNeitherTextsNorPictures() {
    var model = PuppetModel.answering(0.9f, 0.1f);
    var serving = serving(split(1, 0), Map.of());
    serving.add(live("v1", model, new TensorTask(List.of())), new Strategy.Hash());
    var soon = new Deadline(System.nanoTime() + 10 * SECOND);
    var ask = new Ask("sms", new Key.Anonymous(), NONE, 1);
    var picture = new Pixels(1, 1, 1, new byte[1]);

    for (Payload payload :
        List.of(
            new Payload.Texts(List.of("hello")),
            new Payload.Pictures(List.of(picture), OptionalInt.empty()))) {
      assertThat(serving.serve(new Call(ask, payload, soon, Attempt.FIRST, "t-1")))
          .isEqualTo(new Reply.Unfit("this model takes tensors: use /v2"));
    }
    assertThat(model.runs()).isZero();
    assertThat(heard.outcomes).isEmpty();
  }

  @Test
  void theChosenVersionAnswersEveryRow() {
    var serving = serving(split(1, 0), Map.of("v1", PuppetModel.answering(0.9f, 0.1f)));

    Reply reply = serving.serve(call(NONE));

    assertThat(reply).isInstanceOf(Reply.Served.class);
    var served = (Reply.Served) reply;
    assertThat(served.version().name()).isEqualTo("v1");
    assertThat(served.rows()).hasSize(2);
    assertThat(served.rows().getFirst().argmax()).isZero();
    assertThat(served.standing().role()).contains(Role.STABLE);
    assertThat(served.standing().counted()).isEqualTo(Outcome.Counted.EXPOSURE);
    assertThat(heard.outcomes).hasSize(1);
    assertThat(heard.outcomes.getFirst().result()).isEqualTo(Outcome.Result.OK);
    assertThat(heard.outcomes.getFirst().counted()).isEqualTo(Outcome.Counted.EXPOSURE);
  }

  @Test
  void aCanaryThatFailsIsCountedAndNobodyAnswersInItsName() {
    var stable = PuppetModel.answering(0.9f, 0.1f);
    var serving = serving(split(0, 1), Map.of("v1", stable, "v2", PuppetModel.failing()));

    Reply reply = serving.serve(call(NONE));

    assertThat(reply).isInstanceOf(Reply.Failed.class);
    assertThat(((Reply.Failed) reply).version().name()).isEqualTo("v2");
    assertThat(stable.runs()).isZero();
    assertThat(heard.outcomes.getFirst().version()).isEqualTo("v2");
    assertThat(heard.outcomes.getFirst().result()).isEqualTo(Outcome.Result.ERROR);
    assertThat(heard.failures).hasSize(1);
    assertThat(serving.live("sms", "v2").orElseThrow().errors().lastMinute(System.nanoTime()))
        .isEqualTo(new ErrorRate.Counts(1, 1));
  }

  @Test
  void whatBreaksAroundTheRunIsCountedToo() {
    var serving = serving(split(1, 0), Map.of("v1", PuppetModel.answering()));

    Reply reply = serving.serve(call(NONE));

    assertThat(reply).isInstanceOf(Reply.Failed.class);
    assertThat(heard.outcomes.getFirst().result()).isEqualTo(Outcome.Result.ERROR);
  }

  @Test
  void numbersThatAreNoNumbersAreAFailure() {
    var serving = serving(split(1, 0), Map.of("v1", PuppetModel.answering(Float.NaN, 0.1f)));

    Reply reply = serving.serve(call(NONE));

    assertThat(reply).isInstanceOf(Reply.Failed.class);
    assertThat(heard.outcomes.getFirst().result()).isEqualTo(Outcome.Result.ERROR);
  }

  @Test
  void anOverrideIsServedAndIsNoExposure() {
    var serving =
        serving(
            split(1, 0),
            Map.of(
                "v1", PuppetModel.answering(0.9f, 0.1f), "v2", PuppetModel.answering(0.2f, 0.8f)));

    Reply reply = serving.serve(call(new VariantOverride.ToRole(Role.CANARY)));

    assertThat(((Reply.Served) reply).version().name()).isEqualTo("v2");
    assertThat(heard.outcomes.getFirst().counted()).isEqualTo(Outcome.Counted.OVERRIDE);
    assertThat(heard.assigned).containsExactly("v2 by header");
    assertThat(((Reply.Served) reply).standing().counted()).isEqualTo(Outcome.Counted.OVERRIDE);
    assertThat(((Reply.Served) reply).standing().role()).contains(Role.CANARY);
  }

  @Test
  void whatExpiresBeforeItsRunSaysNothingAboutTheVersion() {
    var serving = serving(split(1, 0), Map.of("v1", PuppetModel.answering(0.9f, 0.1f)));

    Reply reply = serving.serve(call(NONE, new Deadline(System.nanoTime() - 1)));

    assertThat(reply).isInstanceOf(Reply.Expired.class);
    assertThat(heard.outcomes).isEmpty();
    assertThat(heard.turnedAway).hasSize(1);
    assertThat(heard.left).hasSize(1);
  }

  @Test
  void whatDoesNotFitTheModelIsRefusedBeforeAVariantIsChosen() {
    var serving = serving(split(1, 0), Map.of("v1", PuppetModel.answering(0.9f, 0.1f)));
    var picture =
        new Payload.Pictures(List.of(new Pixels(1, 1, 1, new byte[1])), OptionalInt.empty());

    Reply reply =
        serving.serve(
            new Call(
                new Ask("sms", new Key.Anonymous(), NONE, 1),
                picture,
                new Deadline(System.nanoTime() + SECOND),
                Attempt.FIRST,
                "t-1"));

    assertThat(reply).isInstanceOf(Reply.Unfit.class);
    assertThat(heard.assigned).isEmpty();
  }

  @Test
  void unknownModelsAndVariantsAreSaidToBeUnknown() {
    var serving = serving(split(1, 0), Map.of("v1", PuppetModel.answering(1f)));

    assertThat(serving.serve(call(new VariantOverride.Named("v9"))))
        .isInstanceOf(Reply.NoSuchVariant.class);
    assertThat(
            serving.serve(
                new Call(
                    new Ask("nope", new Key.Anonymous(), NONE, 1),
                    new Payload.Texts(List.of("x")),
                    new Deadline(System.nanoTime() + SECOND),
                    Attempt.FIRST,
                    "t-1")))
        .isInstanceOf(Reply.NoSuchModel.class);
  }

  @Test
  void aShadowIsComparedAndChangesNothing() {
    var canary = PuppetModel.answering(0.4f, 0.6f);
    var serving =
        serving(
            split(1, 0).withShadow(new Shadow.Sample(Share.ALL)),
            Map.of("v1", PuppetModel.answering(0.9f, 0.1f), "v2", canary));

    Reply reply = serving.serve(call(NONE));

    assertThat(((Reply.Served) reply).version().name()).isEqualTo("v1");
    assertThat(canary.runs()).isEqualTo(1);
    assertThat(heard.outcomes).hasSize(1);
    var compared = (ShadowResult.Compared) heard.shadows.getFirst();
    assertThat(compared.agreed()).isZero();
    assertThat(compared.rows()).isEqualTo(2);
    assertThat(compared.distance()).isBetween(0.49, 0.51);
  }

  @Test
  void aShadowThatFailsIsCountedAsThat() {
    var serving =
        serving(
            split(1, 0).withShadow(new Shadow.Sample(Share.ALL)),
            Map.of("v1", PuppetModel.answering(0.9f, 0.1f), "v2", PuppetModel.failing()));

    Reply reply = serving.serve(call(NONE));

    assertThat(reply).isInstanceOf(Reply.Served.class);
    assertThat(heard.shadows).containsExactly(new ShadowResult.Failed());
    assertThat(heard.outcomes).hasSize(1);
  }

  @Test
  void shadowsAreTheFirstToGoWhenRoomIsShort() {
    var canary = PuppetModel.answering(0.4f, 0.6f);
    var serving =
        serving(
            split(1, 0).withShadow(new Shadow.Sample(Share.ALL)),
            Map.of("v1", PuppetModel.answering(0.9f, 0.1f), "v2", canary));
    spareRoom.set(false);

    serving.serve(call(NONE));

    assertThat(heard.shadows).containsExactly(new ShadowResult.Dropped());
    assertThat(canary.runs()).isZero();
  }

  @Test
  void aChangeOfRoutesThatCameTooLateIsNotMade() {
    var serving = serving(split(1, 0), Map.of("v1", PuppetModel.answering(1f)));
    Routes first = serving.routes();
    Routes second = Routes.of(Map.of("sms", split(0.5, 0.5)), 2);

    assertThat(serving.reroute(first, second)).isTrue();
    assertThat(serving.reroute(first, Routes.of(Map.of(), 3))).isFalse();
    assertThat(serving.routes()).isSameAs(second);
  }

  @Test
  void anAnswerAndAnErrorAreEachCountedOnce() {
    var serving =
        serving(
            split(0.5, 0.5),
            Map.of("v1", PuppetModel.answering(0.9f, 0.1f), "v2", PuppetModel.failing()));

    serving.serve(new Call(ask(0), texts(), soon(), Attempt.FIRST, "t-1"));
    serving.serve(new Call(ask(-1), texts(), soon(), Attempt.FIRST, "t-2"));

    assertThat(counted(serving, "v1").errors()).isEqualTo(new Counts(1, 0));
    assertThat(counted(serving, "v2").errors()).isEqualTo(new Counts(1, 1));
    assertThat(counted(serving, "v1").latency().total()).isEqualTo(1);
    assertThat(counted(serving, "v1").fresh()).isEqualTo(1);
  }

  @Test
  void aTimeoutIsCountedAsAnErrorInTheLastBucket() {
    var serving = serving(split(1, 0), Map.of("v1", PuppetModel.cancelled()));

    serving.serve(call(NONE));

    assertThat(counted(serving, "v1").errors()).isEqualTo(new Counts(1, 1));
    assertThat(counted(serving, "v1").latency().counts().get(LatencyBuckets.OVERFLOW)).isEqualTo(1);
  }

  @Test
  void overridesRetriesAndWhatWasTurnedAwayAreNotCounted() {
    var serving = serving(split(1, 0), Map.of("v1", PuppetModel.answering(0.9f, 0.1f)));

    serving.serve(call(new VariantOverride.ToRole(Role.STABLE)));
    serving.serve(call(new Key.Anonymous(), NONE, soon(), Attempt.REPEATED));
    serving.serve(call(NONE, new Deadline(System.nanoTime() - 1)));

    assertThat(heard.outcomes)
        .extracting(Outcome::counted)
        .containsExactly(Outcome.Counted.OVERRIDE, Outcome.Counted.RETRY);
    assertThat(counted(serving, "v1").requests()).isZero();
  }

  @Test
  void aColdProcessCountsNeitherArm() {
    ledger.ready(System.nanoTime());
    var serving =
        serving(
            split(0.5, 0.5),
            Map.of("v1", PuppetModel.answering(0.9f, 0.1f), "v2", PuppetModel.failing()));

    serving.serve(new Call(ask(0), texts(), soon(), Attempt.FIRST, "t-1"));
    serving.serve(new Call(ask(-1), texts(), soon(), Attempt.FIRST, "t-2"));

    assertThat(heard.outcomes)
        .extracting(Outcome::counted)
        .containsOnly(Outcome.Counted.COLD)
        .hasSize(2);
    assertThat(counted(serving, "v1").requests()).isZero();
    assertThat(counted(serving, "v2").requests()).isZero();
  }

  @Test
  void aShadowIsNoExposureAndItsAgreementIsAScore() {
    var serving =
        serving(
            split(1, 0).withShadow(new Shadow.Sample(Share.ALL)),
            Map.of(
                "v1", PuppetModel.answering(0.9f, 0.1f), "v2", PuppetModel.answering(0.8f, 0.2f)));

    serving.serve(call(NONE));

    assertThat(counted(serving, "v2").requests()).isZero();
    assertThat(counted(serving, "v2").scores())
        .isEqualTo(Map.of(Shadows.AGREEMENT, new Sums(1, 1, 1)));
    assertThat(counted(serving, "v1").requests()).isEqualTo(1);
  }

  @Test
  void callersWhoComeBackAreToldFromNewOnes() {
    var serving = serving(split(0.5, 0.5), Map.of("v1", answering(), "v2", answering()));

    serving.serve(call(new Key.Named("kim"), NONE, soon(), Attempt.FIRST));
    serving.serve(call(new Key.Remembered(new StickyId(1, 2)), NONE, soon(), Attempt.FIRST));
    serving.serve(call(new Key.Fresh(new StickyId(3, 4)), NONE, soon(), Attempt.FIRST));

    Tally all = counted(serving, "v1").plus(counted(serving, "v2"));
    assertThat(all.returning()).isEqualTo(2);
    assertThat(all.fresh()).isEqualTo(1);
  }

  @Test
  void countersSaySinceWhenTheirSharesHold() {
    var serving = serving(split(0.9, 0.1), Map.of("v1", answering(), "v2", answering()));
    Instant end = START.plusSeconds(60);

    wall.set(START.plusSeconds(30));
    var before = serving.counters("sms", end).orElseThrow();
    serving.reroute(serving.routes(), Routes.of(serving.routes().splits(), 2));
    var same = serving.counters("sms", end).orElseThrow();
    serving.reroute(serving.routes(), Routes.of(Map.of("sms", split(0.5, 0.5)), 3));
    var moved = serving.counters("sms", end).orElseThrow();

    assertThat(before.sharesSince()).isEqualTo(START);
    assertThat(same.sharesSince()).isEqualTo(START);
    assertThat(moved.sharesSince()).isEqualTo(START.plusSeconds(30));
    assertThat(moved.share()).isEqualTo(Share.of(5_000));
    assertThat(serving.counters("nope", end)).isEmpty();
  }

  private static Model answering() {
    return PuppetModel.answering(0.9f, 0.1f);
  }

  private static Ask ask(long draw) {
    return new Ask("sms", new Key.Anonymous(), NONE, draw);
  }

  private static Payload texts() {
    return new Payload.Texts(List.of("hello"));
  }

  private static Deadline soon() {
    return new Deadline(System.nanoTime() + 10 * SECOND);
  }

  @Test
  void anArrivedVersionIsAskedForByNameAndGetsNoShare() {
    var serving = serving(split(0.9, 0.1), both());
    Routes before = serving.routes();

    serving.add(live("v3", PuppetModel.answering(0.2f, 0.8f)), new Strategy.Sticky());

    assertThat(named(serving, "v3")).isInstanceOf(Reply.Served.class);
    Split after = serving.routes().split("sms").orElseThrow();
    assertThat(after.alsoLoaded()).containsExactly("v3");
    assertThat(after.share("v3")).isEqualTo(Share.NONE);
    assertThat(serving.reroute(before, before)).isFalse();
  }

  @Test
  void theFirstVersionOfANewModelGetsAll() {
    var serving =
        new Serving(
            Routes.of(Map.of(), 1),
            Map.of(),
            new Turns(),
            inputs,
            new Shadows(2, spareRoom::get, Runnable::run, inputs, heard),
            ledger,
            heard,
            System::nanoTime,
            wall::get);

    serving.add(live("v1", PuppetModel.answering(0.2f, 0.8f)), new Strategy.Hash());

    assertThat(serving.serve(call(NONE))).isInstanceOf(Reply.Served.class);
    assertThat(serving.routes().split("sms"))
        .contains(Split.single("v1").withStrategy(new Strategy.Hash()));
  }

  @Test
  void aRemovedVersionIsNoVariantAnyMore() {
    var serving = serving(split(1, 0), both());
    serving.add(live("v3", PuppetModel.answering(0.2f, 0.8f)), new Strategy.Sticky());

    assertThat(serving.remove("sms", "v3")).isPresent();

    assertThat(named(serving, "v3")).isInstanceOf(Reply.NoSuchVariant.class);
    assertThat(serving.versions().get("sms")).containsOnlyKeys("v1", "v2");
    assertThat(serving.remove("sms", "v3")).isEmpty();
  }

  @Test
  void whatIsStableOrCanaryIsNotRemoved() {
    var serving = serving(split(1, 0), both());

    assertThat(serving.remove("sms", "v1")).isEmpty();
    assertThat(serving.remove("sms", "v2")).isEmpty();

    assertThat(serving.versions().get("sms")).containsOnlyKeys("v1", "v2");
  }

  @Test
  void anAdditionDoesNotCostAnotherItsChangeOfTheRoutes() {
    var serving = serving(split(1, 0), both());
    Routes before = serving.routes();

    serving.add(live("v2", PuppetModel.answering(0.2f, 0.8f)), new Strategy.Sticky());

    assertThat(serving.reroute(before, Routes.of(Map.of("sms", split(0, 1)), 2))).isTrue();
    assertThat(((Reply.Served) serving.serve(call(NONE))).rows().getFirst().argmax()).isEqualTo(1);
  }

  private static Map<String, Model> both() {
    return Map.of("v1", PuppetModel.answering(0.9f, 0.1f), "v2", PuppetModel.answering(0.9f, 0.1f));
  }

  private static Reply named(Serving serving, String version) {
    return serving.serve(call(new VariantOverride.Named(version)));
  }

  @Test
  void aCallThatIsBegunEndsAndIsCountedOnceItsReplyIsAskedFor() {
    Serving serving =
        serving(Split.single("v1"), Map.of("v1", PuppetModel.answering(0.25f, 0.75f)));

    Begun begun = serving.begin(call(NONE));
    assertThat(heard.assigned).hasSize(1);
    assertThat(heard.outcomes).isEmpty();
    begun.push();
    Reply reply = begun.reply();

    assertThat(reply).isInstanceOf(Reply.Served.class);
    assertThat(heard.outcomes).singleElement().returns(Outcome.Result.OK, Outcome::result);
    assertThat(heard.left).hasSize(1);
  }

  @Test
  void aBegunCallFailsForItsVersionAndIsCountedForIt() {
    Serving serving = serving(Split.single("v1"), Map.of("v1", PuppetModel.failing()));

    Reply reply = serving.begin(call(NONE)).reply();

    assertThat(reply).isInstanceOf(Reply.Failed.class);
    assertThat(heard.outcomes).singleElement().returns(Outcome.Result.ERROR, Outcome::result);
    assertThat(heard.left).hasSize(1);
  }

  @Test
  void aBegunCallThatNobodyCanAnswerIsOverAtOnce() {
    Serving serving = serving(Split.single("v1"), Map.of("v1", PuppetModel.answering(1)));
    var lost =
        new Call(
            new Ask("no", new Key.Anonymous(), NONE, 1),
            call(NONE).payload(),
            new Deadline(System.nanoTime() + SECOND),
            Attempt.FIRST,
            "t");

    Begun begun = serving.begin(lost);

    assertThat(begun.answeredWithin(0)).isTrue();
    assertThat(begun.reply()).isEqualTo(new Reply.NoSuchModel("no"));
    assertThat(heard.outcomes).isEmpty();
    assertThat(heard.left).isEmpty();
  }

  @Test
  void aBegunCallTellsHowLargeItsAnswerIs() throws InterruptedException {
    Serving serving =
        serving(Split.single("v1"), Map.of("v1", PuppetModel.answering(0.25f, 0.75f)));

    Begun begun = serving.begin(call(NONE));
    var answered = new CountDownLatch(1);
    begun.whenAnswered(answered::countDown);
    begun.push();
    answered.await();

    // Two rows of two floats.
    assertThat(begun.answeredWithin(15)).isFalse();
    assertThat(begun.answeredWithin(16)).isTrue();
  }
}
