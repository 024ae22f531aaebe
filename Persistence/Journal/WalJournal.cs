using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace ActorEtcd.Persistence.Journal;

/// <summary>
/// The write-ahead log as an Akka.Persistence journal. A write is encoded on this actor's thread and completed by the
/// log's own thread after the flush. A log that cannot be opened does not stop the journal: every request then fails
/// with the reason, which so reaches the persistent actor's recovery and, through it, the root.
/// </summary>
public sealed class WalJournal : AsyncWriteJournal
{
    private readonly WalJournalSettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly WalServices _services = WalServices.Get(Context.System);
    private readonly WalEventCodec _codec = new(Context.System.Serialization);
    private readonly Akka.Serialization.Serialization _serialization = Context.System.Serialization;
    private readonly WalIndex _index = new();
    private WalWriter? _wal;
    private ExceptionDispatchInfo? _failure;

    public WalJournal(Config config)
    {
        _settings = WalJournalSettings.From(config);
    }

    public override async Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr)
    {
        // Writes of an earlier incarnation of the persistent actor may still be on their way.
        await Wal.FlushAsync().ConfigureAwait(false);
        return _index.Highest(persistenceId);
    }

    public override async Task ReplayMessagesAsync(
        IActorContext context,
        string persistenceId,
        long fromSequenceNr,
        long toSequenceNr,
        long max,
        Action<IPersistentRepresentation> recoveryCallback)
    {
        var wal = Wal;
        await wal.FlushAsync().ConfigureAwait(false);
        var deletedTo = _index.DeletedTo(persistenceId);
        if (_settings.RefuseReplayOfDeleted && fromSequenceNr <= deletedTo)
        {
            throw new WalEventsDeletedException(
                persistenceId, fromSequenceNr, deletedTo, _services.SnapshotDamageOf(persistenceId));
        }

        if (_settings.RefuseReplayOfDeleted && _services.SnapshotDamageOf(persistenceId) is { } damage)
        {
            throw new WalSnapshotDamagedException(persistenceId, damage);
        }

        var from = Math.Max(fromSequenceNr, deletedTo + 1);
        var replay = new WalReplay(new WalEventCodec(_serialization), persistenceId, from, toSequenceNr, max, recoveryCallback);
        await _services.Threads.Run(() => replay.Run(wal, _index.FirstSegmentFrom(persistenceId, from))).ConfigureAwait(false);
    }

    protected override void PreStart()
    {
        base.PreStart();
        try
        {
            _wal = WalWriter.Open(Options(), Index);
            var recovery = _wal.Recovery;
            _log.Info(
                "write-ahead log in {0}: {1} records in {2} segments", _settings.Directory, recovery.Records, recovery.Segments);
            if (recovery.TornTail is { } torn)
            {
                _log.Warning("write-ahead log: {0}", torn);
            }
        }
        catch (Exception e)
        {
            _failure = ExceptionDispatchInfo.Capture(e);
            _log.Error("the write-ahead log cannot be opened: {0}", e.Message);
        }
    }

    protected override void PostStop()
    {
        _wal?.Dispose();
        base.PostStop();
    }

    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
    {
        var pending = new PendingWrite(_index);
        var append = Wal.BeginAppend();
        try
        {
            foreach (var write in messages)
            {
                Encode(ref append, write, pending);
            }

            append.Commit(pending);
        }
        finally
        {
            append.Dispose();
        }

        return pending.Task;
    }

    protected override async Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr)
    {
        var wal = Wal;
        await wal.FlushAsync().ConfigureAwait(false);
        var highest = _index.Highest(persistenceId);
        var deletedTo = Math.Min(toSequenceNr, highest);
        if (deletedTo > _index.DeletedTo(persistenceId))
        {
            await Append(wal, [new WalDeletion(persistenceId, deletedTo, highest)]).ConfigureAwait(false);
        }

        await Trim(wal).ConfigureAwait(false);
    }

    private WalWriter Wal
    {
        get
        {
            _failure?.Throw();
            return _wal ?? throw new WalFailedException("the write-ahead log is not open", null);
        }
    }

    private WalOptions Options() => new()
    {
        Directory = _settings.Directory,
        SegmentBytes = _settings.SegmentBytes,
        ClusterId = _settings.ClusterId,
        MemberId = _settings.MemberId,
        FileSystem = _services.FileSystem,
        Threads = _services.Threads,
        Observer = _services.Observer,
        FatalHandler = _services.FatalHandler,
    };

    private void Index(in WalRecord record)
    {
        switch (record.Type)
        {
            case WalRecordTypes.Events:
                var events = new WalEventReader(record);
                while (events.Read(out var read))
                {
                    _index.AddEvents(_codec.PersistenceId(read), read.SequenceNr, record.Segment, record.Segment);
                }

                break;
            case WalRecordTypes.Deletion:
                _index.AddDeletion(WalEventCodec.ReadDeletion(record), record.Segment);
                break;
            default:
                throw new WalCorruptedException(
                    record.File, record.Offset, $"record type {record.Type} is unknown to this version");
        }
    }

    private void Encode(ref WalAppend append, AtomicWrite write, PendingWrite pending)
    {
        try
        {
            _codec.Write(ref append, write);
            pending.AddWritten(write.PersistenceId, write.HighestSequenceNr);
        }
        catch (Exception e)
        {
            // The serializer's failure concerns this write alone: it is rejected, the others go on.
            append.CancelRecord();
            pending.AddRejected(e);
        }
    }

    private Task Append(WalWriter wal, IReadOnlyList<WalDeletion> deletions)
    {
        var pending = new PendingDeletion(_index, deletions, _services.Threads);
        var append = wal.BeginAppend();
        try
        {
            foreach (var deletion in deletions)
            {
                WalEventCodec.WriteDeletion(ref append, deletion);
            }

            append.Commit(pending);
        }
        finally
        {
            append.Dispose();
        }

        return pending.Task;
    }

    /// <summary>Removes the segments whose events are all deleted.</summary>
    private async Task Trim(WalWriter wal)
    {
        var firstNeeded = _index.FirstNeeded(wal.ActiveSegment);
        if (firstNeeded <= wal.Segments[0].Sequence)
        {
            return;
        }

        var carried = _index.OnlyToldBefore(firstNeeded);
        if (carried.Count > 0)
        {
            await Append(wal, carried).ConfigureAwait(false);
        }

        await wal.TrimAsync(firstNeeded).ConfigureAwait(false);
        _index.ForgetBefore(firstNeeded);
    }
}
