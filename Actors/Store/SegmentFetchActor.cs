using ActorEtcd.Raft;
using Akka.Actor;
using Akka.Event;

namespace ActorEtcd.Store;

/// <summary>
/// Gets the segments of a checkpoint that this member lacks from another member, one after the other, a bounded
/// number of chunks ahead. It writes to the disk and waits for it, so it needs a dispatcher that may block.
/// <code>
/// FetchCheckpoint    -> replaces the transfer under way; PinSegments to the source
/// SegmentsPinned     -> ReadSegmentChunk for the first segment
/// SegmentChunk       -> appended; more are asked for; after the last one CheckpointFetched to the asker
/// SegmentUnavailable -> CheckpointFetchFailed to the asker
/// Timeout            -> asks again from where it stands, and gives up after some times
/// </code>
/// Whole segments, and the part of one that has come, are kept when a transfer fails and used by the next.
/// </summary>
public sealed class SegmentFetchActor : UntypedActor, IWithTimers
{
    private readonly ISegmentStorage _storage;
    private readonly SegmentTransferSettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private SegmentTransfer? _transfer;
    private long _lastTransfer;

    // The segment that is coming in, as the source describes it, and how much was asked for.
    private SegmentInfo? _current;
    private ISegmentReceiver? _receiver;
    private int _requested;

    public SegmentFetchActor(ISegmentStorage storage, SegmentTransferSettings settings)
    {
        _storage = storage;
        _settings = settings;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(ISegmentStorage storage, SegmentTransferSettings settings) =>
        Akka.Actor.Props.Create(() => new SegmentFetchActor(storage, settings));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case FetchCheckpoint m:
                Begin(m);
                break;
            case SegmentMessage m when _transfer is not null && m.Transfer == _transfer.Id:
                OnAnswer(m, _transfer);
                break;
            case SegmentMessage:
                // An answer to a transfer that was replaced, failed or is done.
                break;
            case Timeout when _transfer is not null:
                OnTimeout(_transfer);
                break;
            case Timeout:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void PostStop()
    {
        _receiver?.Abandon();
        base.PostStop();
    }

    private void Begin(FetchCheckpoint request)
    {
        _transfer = new SegmentTransfer(++_lastTransfer, request, Sender);
        _transfer.FindLacking(_storage);
        if (_transfer.Lacking.Count == 0)
        {
            Finish(_transfer);
            return;
        }

        _log.Info(
            "Fetching {0} of the {1} segments of the checkpoint at {2}, {3} bytes",
            _transfer.Lacking.Count,
            request.Manifest.Store.AllSegments.Count(),
            request.Manifest.Index,
            _transfer.Lacking.Sum(info => (long)info.Length));
        AskForPins(_transfer);
        Await();
    }

    private void OnAnswer(SegmentMessage answer, SegmentTransfer transfer)
    {
        switch (answer)
        {
            case SegmentsPinned { Missing.Length: > 0 } m:
                Fail(transfer, $"the source no longer has segment {m.Missing[0]}");
                break;
            case SegmentsPinned when !transfer.IsPinned:
                transfer.IsPinned = true;
                Writing(transfer, () => NextSegment(transfer));
                break;
            case SegmentChunk m:
                OnChunk(m, transfer);
                break;
            case SegmentUnavailable m:
                Fail(transfer, $"the source no longer has segment {m.Segment}");
                break;
        }
    }

    private void OnChunk(SegmentChunk chunk, SegmentTransfer transfer)
    {
        // After a lost message later ones do not fit; after asking again some come twice. Both are passed over.
        if (_current is null || _receiver is null
            || chunk.Segment != _current.Id || chunk.Offset != _receiver.Received || chunk.Bytes.IsEmpty)
        {
            return;
        }

        if (chunk.Bytes.Length > _current.Length - _receiver.Received)
        {
            Fail(transfer, $"the source sent more than the {_current.Length} bytes of segment {_current.Id}");
            return;
        }

        transfer.Attempts = 0;
        Await();
        Writing(transfer, () =>
        {
            _receiver.Append(chunk.Bytes.Span);
            if (_receiver.Received == _current.Length)
            {
                Complete(transfer);
                NextSegment(transfer);
            }
            else
            {
                RequestMore(transfer);
            }
        });
    }

    private void NextSegment(SegmentTransfer transfer)
    {
        if (!transfer.Lacking.TryPeek(out var next))
        {
            Finish(transfer);
            return;
        }

        if (_receiver is null || _current is null || !_current.HasSameContent(next))
        {
            _receiver?.Abandon();
            _receiver = _storage.Receive(next);
        }

        _current = next;
        _requested = _receiver.Received;
        RequestMore(transfer);
    }

    private void Complete(SegmentTransfer transfer)
    {
        transfer.Own[_current!.Id] = _receiver!.Complete();
        transfer.Lacking.Dequeue();
        _receiver = null;
    }

    private void RequestMore(SegmentTransfer transfer)
    {
        var ahead = Math.Min(_current!.Length, _receiver!.Received + (_settings.Window * _settings.ChunkBytes));
        while (_requested < ahead)
        {
            var length = Math.Min(_settings.ChunkBytes, _current.Length - _requested);
            transfer.Request.Source.Tell(new ReadSegmentChunk(transfer.Id, _current.Id, _requested, length));
            _requested += length;
        }
    }

    private void OnTimeout(SegmentTransfer transfer)
    {
        transfer.Attempts++;
        if (transfer.Attempts >= _settings.AttemptsMax)
        {
            Fail(transfer, $"no answer to {transfer.Attempts} requests in a row");
            return;
        }

        if (transfer.IsPinned)
        {
            _requested = _receiver!.Received;
            RequestMore(transfer);
        }
        else
        {
            AskForPins(transfer);
        }

        Await();
    }

    private static void AskForPins(SegmentTransfer transfer) => transfer.Request.Source.Tell(
        new PinSegments(transfer.Id, [.. transfer.Lacking.Select(info => info.Id)]));

    private void Writing(SegmentTransfer transfer, Action write)
    {
        try
        {
            write();
        }
        catch (Exception cause) when (cause is SegmentWriteException or SegmentDamagedException)
        {
            // What came so far is worth nothing: it is not what was promised, or nobody knows what is on the disk.
            _receiver?.Abandon();
            _receiver = null;
            Fail(transfer, cause.Message);
        }
    }

    private void Finish(SegmentTransfer transfer)
    {
        End();
        transfer.Asker.Tell(new CheckpointFetched(transfer.OwnManifest()));
    }

    private void Fail(SegmentTransfer transfer, string reason)
    {
        End();
        transfer.Asker.Tell(new CheckpointFetchFailed(transfer.Request.Manifest, reason));
    }

    private void End()
    {
        _transfer = null;
        Timers.Cancel(nameof(Timeout));
    }

    private void Await() => Timers.StartSingleTimer(nameof(Timeout), Timeout.Instance, _settings.ReplyTimeout);

    private sealed class Timeout
    {
        public static readonly Timeout Instance = new();
    }
}
