using Akka.Actor;
using Akka.Event;

namespace ActorEtcd.Store;

/// <summary>
/// Mends one damaged segment: asks the other members, one after the other, for the records that it lacks, and writes the whole
/// in its place. Tells its parent and stops. It waits for the disk, so it needs a dispatcher that may block.
/// <code>
/// RecordsRead   more of a gap is asked for, then the next gap; then SegmentMended, or the next member is asked
/// Timeout       asked again; after some times the next member is
/// </code>
/// </summary>
public sealed class SegmentMendActor : UntypedActor, IWithTimers
{
    private readonly ISegmentStorage _storage;
    private readonly SegmentInfo _info;
    private readonly Queue<IActorRef> _members;
    private readonly SegmentTransferSettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly List<List<ReadOnlyMemory<byte>>> _records = [];
    private SegmentMend? _mend;
    private IActorRef _asked = ActorRefs.Nobody;
    private Revision _after;
    private long _transfer;
    private long _received;
    private int _attempts;

    public SegmentMendActor(
        ISegmentStorage storage, SegmentInfo info, IReadOnlyList<IActorRef> members, SegmentTransferSettings settings)
    {
        _storage = storage;
        _info = info;
        _members = new Queue<IActorRef>(members);
        _settings = settings;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="members">The segments actors of the other members.</param>
    public static Props Props(
        ISegmentStorage storage, SegmentInfo info, IReadOnlyList<IActorRef> members, SegmentTransferSettings settings)
        => Akka.Actor.Props.Create(() => new SegmentMendActor(storage, info, members, settings))
            .WithDispatcher(settings.FetchDispatcher);

    protected override void PreStart()
    {
        if (_members.Count == 0 || _storage.ReadDamaged(_info) is not { } bytes)
        {
            End(new SegmentNotMended(_info, "there is nobody to ask"));
            return;
        }

        _mend = new SegmentMend(_info, bytes);
        AskNextMember(_mend, "nobody answers");
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case RecordsRead read when _mend is not null && read.Transfer == _transfer:
                Take(read, _mend);
                break;
            case SegmentMessage:
                // An answer to an earlier question.
                break;
            case Timeout when _mend is not null:
                OnTimeout(_mend);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void AskNextMember(SegmentMend mend, string reason)
    {
        if (!_members.TryDequeue(out var next))
        {
            End(new SegmentNotMended(_info, reason));
            return;
        }

        _asked = next;
        _records.Clear();
        _received = 0;
        NextGap(mend);
    }

    private void NextGap(SegmentMend mend)
    {
        if (_records.Count == mend.Gaps.Length)
        {
            Finish(mend);
            return;
        }

        _after = mend.Gaps[_records.Count].After;
        _records.Add([]);
        _attempts = 0;
        Ask(mend);
    }

    private void Ask(SegmentMend mend)
    {
        _asked.Tell(new ReadRecords(++_transfer, _after, mend.Gaps[_records.Count - 1].Before, _settings.ChunkBytes));
        Timers.StartSingleTimer(nameof(Timeout), Timeout.Instance, _settings.ReplyTimeout);
    }

    private void Take(RecordsRead read, SegmentMend mend)
    {
        _attempts = 0;
        _received += read.Bytes.Length;
        var rest = read.Bytes;
        while (RecordFrame.IsSound(rest.Span))
        {
            var frame = RecordFrame.At(rest.Span);
            _records[^1].Add(rest[..frame.Length]);
            _after = frame.Revision;
            rest = rest[frame.Length..];
        }

        // A member that has not compacted has more than the segment holds; far more is of no use.
        if (!rest.IsEmpty || _received > 2L * _info.Length || (read.Bytes.IsEmpty && !read.IsEnd))
        {
            AskNextMember(mend, $"{_asked} sent {_received} bytes, not all of them records that fit");
        }
        else if (read.IsEnd)
        {
            NextGap(mend);
        }
        else
        {
            Ask(mend);
        }
    }

    private void OnTimeout(SegmentMend mend)
    {
        if (++_attempts < _settings.AttemptsMax)
        {
            Ask(mend);
        }
        else
        {
            AskNextMember(mend, $"{_asked} does not answer");
        }
    }

    private void Finish(SegmentMend mend)
    {
        if (mend.Fill(_records) is not { } whole)
        {
            AskNextMember(mend, $"{_asked} does not have the same records");
            return;
        }

        try
        {
            _storage.Mend(_info, whole);
            _log.Info("Segment {0} is mended with {1} bytes of {2}", _info.Id, _received, _asked);
            End(new SegmentMended(_info, _received));
        }
        catch (SegmentWriteException failure)
        {
            End(new SegmentNotMended(_info, failure.Message));
        }
    }

    private void End(object verdict)
    {
        _mend = null;
        Context.Parent.Tell(verdict);
        Context.Stop(Self);
    }

    private sealed class Timeout
    {
        public static readonly Timeout Instance = new();
    }
}
