using ActorEtcd.Alarms;
using ActorEtcd.Apply;
using Akka.Actor;
using Akka.Event;

namespace ActorEtcd.Store;

/// <summary>
/// Reads sealed segments back from the disk, one after the other and from the first again, at a bounded rate, so that what has
/// rotted is found before somebody needs it. Damage is told to the parent, which has the segment mended by the
/// other members (<see cref="SegmentMended"/>: it is read again) or ends the node: the next start heals it then. A segment that
/// cannot be read just now is passed over until the next round.
/// <code>
/// Due             the next segment is verified
/// VerifySegment   that segment is verified at once, or, while another is being mended, behind it; also from the event stream
/// SegmentMended   that segment is read back at once; if it is sound the root may have it mended again one day
/// </code>
/// </summary>
public sealed class ScrubActor : UntypedActor, IWithTimers
{
    /// <summary>Before the first segment, and when all are read.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly ISegmentStorage _storage;
    private readonly long _bytesPerSecond;
    private readonly HashCheckCounters _counters;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly HashSet<long> _asked = [];
    private readonly HashSet<long> _wanted = [];
    private readonly HashSet<long> _mended = [];
    private long _last;
    private bool _isMending;

    public ScrubActor(ISegmentStorage storage, long bytesPerSecond, HashCheckCounters counters)
    {
        _storage = storage;
        _bytesPerSecond = bytesPerSecond;
        _counters = counters;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(ISegmentStorage storage, long bytesPerSecond, HashCheckCounters counters)
        => Akka.Actor.Props.Create(() => new ScrubActor(storage, bytesPerSecond, counters));

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(VerifySegment));
        Next(Pause);
    }

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Due:
                _asked.Clear();
                VerifyNext();
                break;
            case VerifySegment verify when _isMending:
                _wanted.Add(verify.Id);
                break;
            case VerifySegment verify:
                Verify(verify.Id);
                break;
            case SegmentMended mended:
                GoOn(mended.Segment.Id);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    // Once until the next one is due: many readers may meet the same record.
    private void Verify(long id)
    {
        if (_asked.Add(id))
        {
            _last = id - 1;
            VerifyNext();
        }
    }

    private void GoOn(long mended)
    {
        _isMending = false;
        _mended.Add(mended);
        _asked.Clear();
        Verify(mended);
        foreach (var id in _wanted.Where(id => id != mended).ToArray())
        {
            if (!_isMending)
            {
                _wanted.Remove(id);
                Verify(id);
            }
        }

        if (!_isMending)
        {
            _wanted.Clear();
        }
    }

    private void VerifyNext()
    {
        try
        {
            Verify();
        }
        catch (SegmentDamagedException damage)
        {
            Timers.Cancel(nameof(Due));
            _isMending = true;
            Context.Parent.Tell(new StateDamaged(damage.Message, damage.Info));
        }
        catch (SegmentUnreadableException failure)
        {
            _log.Warning("The scrubber tries again later: {0}", failure.Message);
            _last = failure.Id;
            Next(Pause);
        }
    }

    private void Verify()
    {
        if (_storage.VerifyNext(_last) is not { } verified)
        {
            _last = 0;
            Next(Pause);
            return;
        }

        _last = verified.Id;
        if (_mended.Remove(verified.Id))
        {
            Context.Parent.Tell(new SegmentSound(verified.Id));
        }

        _counters.CountVerified(verified.Length);
        Next(TimeSpan.FromSeconds((double)verified.Length / _bytesPerSecond));
    }

    private void Next(TimeSpan after) => Timers.StartSingleTimer(nameof(Due), Due.Instance, after);

    private sealed record Due
    {
        public static readonly Due Instance = new();
    }
}
