using System.Diagnostics;

namespace Akka.Remote.Transport.Tcp;

/// <summary>What is wrong on purpose with the link to one address. Shared by every connection with it, of either side.</summary>
internal sealed class Link
{
    // A wait is short, so that a change of the mode is seen soon.
    private static readonly TimeSpan WaitMax = TimeSpan.FromMilliseconds(20);

    private readonly object _lock = new();
    private readonly LinkFaults _faults;
    private ThrottleMode _outbound = Unthrottled.Instance;
    private ThrottleMode _inbound = Unthrottled.Instance;
    private Gremlin _gremlin;

    public Link(LinkFaults faults)
    {
        _faults = faults;
    }

    public bool IsOutboundCut => ModeOf(outbound: true) is Blackhole;

    public bool IsInboundCut => ModeOf(outbound: false) is Blackhole;

    public bool LosesOutbound => Gremlin.LosesOutbound;

    public bool LosesInbound => IsInboundCut || Gremlin.LosesInbound;

    private Gremlin Gremlin => Volatile.Read(ref _gremlin) ?? _faults.GremlinOfAll;

    public void Set(ThrottleTransportAdapter.Direction direction, ThrottleMode mode)
    {
        lock (_lock)
        {
            if (direction != ThrottleTransportAdapter.Direction.Receive)
            {
                _outbound = mode;
            }

            if (direction != ThrottleTransportAdapter.Direction.Send)
            {
                _inbound = mode;
            }
        }
    }

    public void Set(Gremlin gremlin) => Volatile.Write(ref _gremlin, gremlin);

    /// <summary>Waits until that many bytes may leave; false when they are lost.</summary>
    public ValueTask<bool> PassOutbound(int bytes, CancellationToken stopped) => Pass(outbound: true, bytes, stopped);

    /// <summary>Waits until that many bytes may be taken in; what is lost is lost by the frame.</summary>
    public ValueTask<bool> PassInbound(int bytes, CancellationToken stopped) => Pass(outbound: false, bytes, stopped);

    /// <summary>A connection cannot be opened over a link that is cut in either direction.</summary>
    public async Task WaitUntilOpen(CancellationToken cancellation)
    {
        while (IsOutboundCut || IsInboundCut)
        {
            await Task.Delay(WaitMax, cancellation).ConfigureAwait(false);
        }
    }

    private static long NanoTime => (long)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency));

    private ThrottleMode ModeOf(bool outbound)
    {
        lock (_lock)
        {
            return outbound ? _outbound : _inbound;
        }
    }

    private async ValueTask<bool> Pass(bool outbound, int bytes, CancellationToken stopped)
    {
        for (; ; )
        {
            TimeSpan wait;
            lock (_lock)
            {
                var (next, passes) = (outbound ? _outbound : _inbound).TryConsumeTokens(NanoTime, bytes);
                if (passes || next is Blackhole)
                {
                    _outbound = outbound ? next : _outbound;
                    _inbound = outbound ? _inbound : next;
                    return passes;
                }

                wait = next.TimeToAvailable(NanoTime, bytes);
            }

            wait = wait < WaitMax ? wait + TimeSpan.FromMilliseconds(1) : WaitMax;
            await Task.Delay(wait, stopped).ConfigureAwait(false);
        }
    }
}
