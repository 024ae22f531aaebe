using ActorEtcd.Raft;
using Akka.Actor;
using Akka.Event;

namespace ActorEtcd.Store;

/// <summary>
/// The segments of this member, for other members, and its child that gets theirs.
/// <code>
/// PinSegments      -> holds the segments; SegmentsPinned to the sender
/// ReadSegmentChunk -> SegmentChunk, or SegmentUnavailable, to the sender
/// ReadRecords      -> RecordsRead to the sender, which mends a segment of its own; nothing when one of them is damaged here too
/// FetchCheckpoint  -> to the fetching child, which answers the sender
/// </code>
/// A segment that is held stays readable although the store has replaced it and its file is deleted.
/// </summary>
public sealed class SegmentsActor : UntypedActor, IWithTimers
{
    private readonly ISegmentStorage _storage;
    private readonly SegmentTransferSettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<long, Segment> _pinned = [];
    private readonly IActorRef _fetch;
    private readonly ViewSource _views;

    public SegmentsActor(ISegmentStorage storage, SegmentTransferSettings settings, ViewSource views)
    {
        _views = views;
        _storage = storage;
        _settings = settings;
        _fetch = Context.ActorOf(
            SegmentFetchActor.Props(storage, settings).WithDispatcher(settings.FetchDispatcher), "fetch");
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(ISegmentStorage storage, SegmentTransferSettings settings, ViewSource views) =>
        Akka.Actor.Props.Create(() => new SegmentsActor(storage, settings, views));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case FetchCheckpoint:
                _fetch.Forward(message);
                break;
            case PinSegments m:
                Pin(m);
                break;
            case ReadSegmentChunk m:
                Serve(m);
                break;
            case ReadRecords m:
                Serve(m);
                break;
            case Unpin:
                _pinned.Clear();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Pin(PinSegments request)
    {
        KeepPins();
        Sender.Tell(new SegmentsPinned(request.Transfer, [.. request.Segments.Where(id => Find(id) is null)]));
    }

    private void Serve(ReadRecords request)
    {
        try
        {
            var length = Math.Clamp(request.Length, 0, _settings.ChunkBytes);
            var (frames, isEnd) = _views.Current.FramesBetween(request.After, request.Before, length);
            Sender.Tell(new RecordsRead(request.Transfer, frames, isEnd));
        }
        catch (SegmentDamagedException damage)
        {
            // The sender asks again, and then another member.
            Context.System.EventStream.Publish(new VerifySegment(damage.SegmentId));
        }
    }

    private void Serve(ReadSegmentChunk request)
    {
        KeepPins();
        var segment = Find(request.Segment);
        if (segment is null
            || request.Length <= 0
            || request.Length > _settings.ChunkBytes
            || request.Offset < 0
            || request.Offset > segment.Length - request.Length)
        {
            _log.Warning(
                "Segment {0} has no {1} bytes at {2} for {3}", request.Segment, request.Length, request.Offset, Sender);
            Sender.Tell(new SegmentUnavailable(request.Transfer, request.Segment));
            return;
        }

        Sender.Tell(new SegmentChunk(
            request.Transfer, request.Segment, request.Offset, segment.Slice(request.Offset, request.Length)));
    }

    private Segment? Find(long id)
    {
        if (!_pinned.TryGetValue(id, out var segment) && _storage.TryGet(id, out segment))
        {
            _pinned.Add(id, segment);
        }

        return segment;
    }

    private void KeepPins() => Timers.StartSingleTimer(nameof(Unpin), Unpin.Instance, _settings.PinTimeout);

    private sealed class Unpin
    {
        public static readonly Unpin Instance = new();
    }
}
