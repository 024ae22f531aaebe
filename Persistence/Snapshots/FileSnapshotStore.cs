using System.Diagnostics;
using ActorEtcd.Persistence.DataDir;
using ActorEtcd.Persistence.Journal;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Persistence;
using Akka.Persistence.Snapshot;

namespace ActorEtcd.Persistence.Snapshots;

/// <summary>
/// Snapshots as files that appear whole or not at all: written under another name, flushed, renamed, directory
/// flushed. Keeps the newest few of each persistence id. A damaged newest one is reported and passed over; one that
/// cannot be read for another reason fails the recovery, since nothing is known about it.
/// </summary>
public sealed class FileSnapshotStore : SnapshotStore
{
    private const int DefaultKeep = 5;

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly EventStream _events = Context.System.EventStream;
    private readonly WalServices _services = WalServices.Get(Context.System);
    private readonly SnapshotCodec _codec = new(Context.System.Serialization);
    private readonly string _directory;
    private readonly int _keep;

    /// <summary>File work happens off this actor's thread, one piece at a time.</summary>
    private readonly Lock _busy = new();

    public FileSnapshotStore(Config config)
    {
        _directory = config.GetString("directory", "");
        _keep = config.GetInt("keep", DefaultKeep);
        if (string.IsNullOrEmpty(_directory) || _keep < 1)
        {
            throw new ConfigurationException(
                $"the snapshot store needs a directory and a number to keep, not '{_directory}' and {_keep}");
        }
    }

    protected override void PreStart()
    {
        base.PreStart();
        DurableFiles.CreateDirectory(_directory);
    }

    protected override Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria) =>
        Exclusively(() => Load(persistenceId, criteria)!);

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot)
    {
        var started = Stopwatch.GetTimestamp();
        var content = _codec.Encode(snapshot);
        var encoding = Stopwatch.GetElapsedTime(started);
        return Exclusively(() => Save(metadata, content, encoding));
    }

    protected override Task DeleteAsync(SnapshotMetadata metadata) => Exclusively(() => Delete(
        metadata.PersistenceId,
        found => found.SequenceNr == metadata.SequenceNr
            && (metadata.Timestamp == DateTime.MinValue || found.Timestamp == metadata.Timestamp)));

    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria) =>
        Exclusively(() => Delete(persistenceId, found => Matches(found, criteria)));

    private static bool Matches(SnapshotMetadata metadata, SnapshotSelectionCriteria criteria) =>
        metadata.SequenceNr <= criteria.MaxSequenceNr
        && metadata.SequenceNr >= criteria.MinSequenceNr
        && metadata.Timestamp <= criteria.MaxTimeStamp
        && (criteria.MinTimestamp is not { } minimum || metadata.Timestamp >= minimum);

    private Task<T> Exclusively<T>(Func<T> work) => Task.Run(() =>
    {
        lock (_busy)
        {
            return work();
        }
    });

    private SelectedSnapshot? Load(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        foreach (var file in SnapshotFile.Find(_directory, persistenceId))
        {
            if (!Matches(file.Metadata, criteria))
            {
                continue;
            }

            try
            {
                return new SelectedSnapshot(file.Metadata, _codec.Decode(file.Path, File.ReadAllBytes(file.Path)));
            }
            catch (Exception e) when (e is not (IOException or UnauthorizedAccessException) || DiskErrors.IsDamage(e))
            {
                _log.Warning(
                    "snapshot {0} of {1} is passed over: {2}", file.Metadata.SequenceNr, persistenceId, e.Message);
                _services.NoteSnapshotDamage(persistenceId, e.Message);
                _events.Publish(new SnapshotRejected(file.Metadata, file.Path, e.Message));
            }
        }

        return null;
    }

    private bool Save(SnapshotMetadata metadata, ReadOnlyMemory<byte> content, TimeSpan encoding)
    {
        var started = Stopwatch.GetTimestamp();
        var flush = DurableFiles.Replace(SnapshotFile.For(_directory, metadata).Path, content.Span);
        _services.SnapshotFiles?.Saved(encoding, flush, encoding + Stopwatch.GetElapsedTime(started));
        foreach (var old in SnapshotFile.Find(_directory, metadata.PersistenceId).Skip(_keep))
        {
            File.Delete(old.Path);
        }

        return true;
    }

    private bool Delete(string persistenceId, Func<SnapshotMetadata, bool> matches)
    {
        foreach (var file in SnapshotFile.Find(_directory, persistenceId))
        {
            if (matches(file.Metadata))
            {
                DurableFiles.Delete(file.Path);
            }
        }

        return true;
    }
}
