using Akka.Remote;
using Xunit;

namespace ActorEtcd.Specs.Akka.Remote;

public class FailureDetectorSpec
{
    private long _now = 1000;

    [Fact]
    public void Deadline_detector_trusts_until_the_deadline_has_passed()
    {
        var detector = new DeadlineFailureDetector(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1), Clock);
        Assert.True(detector.IsAvailable);
        Assert.False(detector.IsMonitoring);

        detector.HeartBeat();
        Assert.True(detector.IsMonitoring);
        _now += 3999;
        Assert.True(detector.IsAvailable);
        _now += 2;
        Assert.False(detector.IsAvailable);

        detector.HeartBeat();
        Assert.True(detector.IsAvailable);
    }

    [Fact]
    public void Accrual_detector_trusts_what_it_has_never_heard_of()
    {
        var detector = Accrual();
        _now += 1_000_000;

        Assert.True(detector.IsAvailable);
        Assert.False(detector.IsMonitoring);
    }

    [Fact]
    public void Accrual_detector_suspects_after_a_silence_that_the_rhythm_does_not_explain()
    {
        var detector = Accrual();
        Beat(detector, times: 20, every: 1000);
        Assert.True(detector.IsAvailable);

        _now += 3000;
        Assert.True(detector.IsAvailable);
        _now += 5000;
        Assert.False(detector.IsAvailable);
    }

    [Fact]
    public void Accrual_detector_trusts_again_after_a_heartbeat()
    {
        var detector = Accrual();
        Beat(detector, times: 20, every: 1000);
        _now += 20_000;
        Assert.False(detector.IsAvailable);

        detector.HeartBeat();

        Assert.True(detector.IsAvailable);
        _now += 20_000;
        Assert.False(detector.IsAvailable);
    }

    [Fact]
    public void Accrual_detector_is_more_patient_with_an_irregular_rhythm()
    {
        var regular = Accrual();
        Beat(regular, times: 100, every: 1000);
        var silence = SilenceUntilSuspected(regular);
        var irregular = Accrual();
        for (var i = 0; i < 100; i++)
        {
            Beat(irregular, times: 1, every: i % 2 == 0 ? 200 : 1800);
        }

        Assert.True(SilenceUntilSuspected(irregular) > silence);
    }

    [Fact]
    public void Registry_keeps_one_detector_per_resource()
    {
        var registry = new DefaultFailureDetectorRegistry<string>(
            () => new DeadlineFailureDetector(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), Clock));
        Assert.True(registry.IsAvailable("a"));

        registry.Heartbeat("a");
        _now += 1500;
        registry.Heartbeat("b");
        _now += 1000;

        Assert.False(registry.IsAvailable("a"));
        Assert.True(registry.IsAvailable("b"));
        registry.Remove("a");
        Assert.False(registry.IsMonitoring("a"));
    }

    private PhiAccrualFailureDetector Accrual() => new(
        threshold: 8,
        maxSampleSize: 200,
        minStdDeviation: TimeSpan.FromMilliseconds(100),
        acceptableHeartbeatPause: TimeSpan.FromSeconds(3),
        firstHeartbeatEstimate: TimeSpan.FromSeconds(1),
        clock: Clock);

    private long Clock() => _now;

    private void Beat(FailureDetector detector, int times, long every)
    {
        for (var i = 0; i < times; i++)
        {
            _now += every;
            detector.HeartBeat();
        }
    }

    private long SilenceUntilSuspected(FailureDetector detector)
    {
        var start = _now;
        while (detector.IsAvailable)
        {
            _now += 10;
        }

        return _now - start;
    }
}
