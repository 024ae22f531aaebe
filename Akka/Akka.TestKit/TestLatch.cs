namespace Akka.TestKit;

/// <summary>A gate that opens after it has been counted down.</summary>
#pragma warning disable CA1001 // an event whose wait handle is never used holds nothing to dispose
public class TestLatch
#pragma warning restore CA1001
{
    private static readonly TimeSpan FiveSeconds = TimeSpan.FromSeconds(5);

    private readonly CountdownEvent _latch;
    private readonly TimeSpan _defaultTimeout;
    private readonly Func<TimeSpan, TimeSpan>? _dilate;

    public TestLatch()
        : this(1)
    {
    }

    public TestLatch(int count)
        : this(count, FiveSeconds)
    {
    }

    public TestLatch(int count, TimeSpan defaultTimeout)
    {
        _latch = new CountdownEvent(count);
        _defaultTimeout = defaultTimeout;
    }

    protected TestLatch(Func<TimeSpan, TimeSpan> dilate, TimeSpan defaultTimeout, int count)
        : this(count, defaultTimeout)
    {
        _dilate = dilate;
    }

    public bool IsOpen => _latch.IsSet;

    public void CountDown() => _latch.Signal();

    public void Open()
    {
        while (!IsOpen)
        {
            CountDown();
        }
    }

    public void Reset() => _latch.Reset();

    public void Ready() => Ready(_defaultTimeout);

    public void Ready(TimeSpan timeout)
    {
        var dilated = _dilate is null ? timeout : _dilate(timeout);
        if (!_latch.Wait(dilated))
        {
            throw new TimeoutException($"Latch not open after {dilated}: {_latch.CurrentCount} of {_latch.InitialCount} left");
        }
    }

    internal static TestLatch Dilating(Func<TimeSpan, TimeSpan> dilate, TimeSpan defaultTimeout, int count) =>
        new(dilate, defaultTimeout, count);
}
