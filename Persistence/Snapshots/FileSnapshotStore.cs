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
        _services.FileSystem.CreateDirectory(_directory);
        foreach (var path in _services.FileSystem.List(_directory))
        {
            if (path.EndsWith(DurableFiles.TemporaryExtension, StringComparison.Ordinal))
            {
                _services.FileSystem.Delete(path);
            }
        }

        // A killed process may have left names that are read from now on and are not on the device yet.
        _services.FileSystem.FlushDirectory(_directory);
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

    private async Task<T> Exclusively<T>(Func<T> work)
    {
        var result = default(T)!;
        await _services.Threads.Run(() =>
        {
            lock (_busy)
            {
                result = work();
            }
        }).ConfigureAwait(false);
        return result;
    }

    private SelectedSnapshot? Load(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        foreach (var file in SnapshotFile.Find(_services.FileSystem, _directory, persistenceId))
        {
            if (!Matches(file.Metadata, criteria))
            {
                continue;
            }

            try
            {
                return new SelectedSnapshot(file.Metadata, _codec.Decode(file.Path, ReadAll(file.Path)));
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

    private byte[] ReadAll(string path)
    {
        using var file = _services.FileSystem.Open(path);
        var bytes = new byte[file.Length];
        return file.Read(bytes, 0) == bytes.Length ? bytes : throw new EndOfStreamException($"{path} became shorter");
    }

    private bool Save(SnapshotMetadata metadata, ReadOnlyMemory<byte> content, TimeSpan encoding)
    {
        var started = Stopwatch.GetTimestamp();
        var path = SnapshotFile.For(_directory, Newest(metadata)).Path;
        try
        {
            var flush = DurableFiles.Replace(_services.FileSystem, path, content.Span);
            _services.SnapshotFiles?.Saved(encoding, flush, encoding + Stopwatch.GetElapsedTime(started));
        }
        catch (IOException)
        {
            _services.FileSystem.Delete(path);
            throw;
        }

        foreach (var old in SnapshotFile.Find(_services.FileSystem, _directory, metadata.PersistenceId).Skip(_keep))
        {
            _services.FileSystem.Delete(old.Path);
        }

        return true;
    }

    /// <summary>Of two snapshots of the same event the later one counts, also when the clock was set back in between.</summary>
    private SnapshotMetadata Newest(SnapshotMetadata metadata)
    {
        var others = SnapshotFile.Find(_services.FileSystem, _directory, metadata.PersistenceId);
        var last = others.FirstOrDefault(other => other.Metadata.SequenceNr == metadata.SequenceNr)?.Metadata.Timestamp;
        return last is not { } before || before < metadata.Timestamp
            ? metadata
            : new SnapshotMetadata(metadata.PersistenceId, metadata.SequenceNr, before.AddTicks(1));
    }

    private bool Delete(string persistenceId, Func<SnapshotMetadata, bool> matches)
    {
        foreach (var file in SnapshotFile.Find(_services.FileSystem, _directory, persistenceId))
        {
            if (matches(file.Metadata))
            {
                _services.FileSystem.Delete(file.Path);
                _services.FileSystem.FlushDirectory(_directory);
            }
        }

        return true;
    }
}
