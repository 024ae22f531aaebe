using System.Globalization;
using System.Runtime.ExceptionServices;
using Akka.Actor;
using Akka.Event;

namespace Akka.Persistence.Snapshot;

/// <summary>A snapshot store with one file for each snapshot in one directory.</summary>
/// <remarks>
/// A file is named <c>snapshot-{escaped persistence id}-{sequence number}-{ticks}</c> and holds the serializer's
/// identifier and manifest before the serialized snapshot. It gets its name only when it is complete.
/// </remarks>
public class LocalSnapshotStore : SnapshotStore
{
    private readonly ExtendedActorSystem _system = (ExtendedActorSystem)Context.System;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly DirectoryInfo _directory;
    private readonly int _maxLoadAttempts;

    public LocalSnapshotStore()
    {
        var config = Persistence.Instance.Apply(Context.System).ConfigFor(Self);
        _directory = new DirectoryInfo(config.GetString("dir", "snapshots"));
        _maxLoadAttempts = Math.Max(1, config.GetInt("max-load-attempts", 3));
    }

    protected override Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        ExceptionDispatchInfo? failure = null;
        foreach (var metadata in Find(persistenceId, criteria).TakeLast(_maxLoadAttempts).Reverse())
        {
            try
            {
                return Task.FromResult<SelectedSnapshot>(new SelectedSnapshot(metadata, Read(FileOf(metadata))));
            }
            catch (Exception e)
            {
                _log.Error(e, "Cannot load {0}; the snapshot before it is tried", metadata);
                failure = ExceptionDispatchInfo.Capture(e);
            }
        }

        failure?.Throw();
        return Task.FromResult<SelectedSnapshot>(null);
    }

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot)
    {
        Save(metadata, snapshot);
        return Task.CompletedTask;
    }

    protected virtual void Save(SnapshotMetadata metadata, object snapshot)
    {
        _directory.Create();
        var target = FileOf(metadata).FullName;
        var temporary = target + ".tmp";
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        using (var writer = new BinaryWriter(stream))
        {
            var serializer = _system.Serialization.FindSerializerFor(snapshot);
            writer.Write(serializer.Identifier);
            writer.Write(global::Akka.Serialization.Serialization.ManifestFor(serializer, snapshot));
            writer.Write(serializer.ToBinary(snapshot));
            writer.Flush();
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, target, overwrite: true);
    }

    protected override Task DeleteAsync(SnapshotMetadata metadata)
    {
        var anyTime = metadata.Timestamp == DateTime.MinValue;
        var criteria = new SnapshotSelectionCriteria(
            metadata.SequenceNr,
            anyTime ? DateTime.MaxValue : metadata.Timestamp,
            metadata.SequenceNr,
            anyTime ? null : metadata.Timestamp);
        return DeleteAsync(metadata.PersistenceId, criteria);
    }

    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        foreach (var metadata in Find(persistenceId, criteria))
        {
            FileOf(metadata).Delete();
        }

        return Task.CompletedTask;
    }

    private static string Prefix(string persistenceId) => $"snapshot-{Uri.EscapeDataString(persistenceId)}-";

    private static SnapshotMetadata? Parse(string persistenceId, string fileName)
    {
        var parts = fileName[Prefix(persistenceId).Length..].Split('-');
        return parts.Length == 2
            && long.TryParse(parts[0], CultureInfo.InvariantCulture, out var sequenceNr)
            && long.TryParse(parts[1], CultureInfo.InvariantCulture, out var ticks)
                ? new SnapshotMetadata(persistenceId, sequenceNr, new DateTime(ticks, DateTimeKind.Utc))
                : null;
    }

    private FileInfo FileOf(SnapshotMetadata metadata) => new(Path.Combine(
        _directory.FullName,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Prefix(metadata.PersistenceId)}{metadata.SequenceNr}-{metadata.Timestamp.Ticks}")));

    private IEnumerable<SnapshotMetadata> Find(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        _directory.Refresh();
        if (!_directory.Exists)
        {
            return [];
        }

        return _directory.EnumerateFiles(Prefix(persistenceId) + "*")
            .Select(file => Parse(persistenceId, file.Name))
            .OfType<SnapshotMetadata>()
            .Where(criteria.Matches)
            .OrderBy(metadata => metadata.SequenceNr)
            .ToList();
    }

    private object Read(FileInfo file)
    {
        using var stream = file.OpenRead();
        using var reader = new BinaryReader(stream);
        var serializer = reader.ReadInt32();
        var manifest = reader.ReadString();
        var bytes = reader.ReadBytes((int)(stream.Length - stream.Position));
        return _system.Serialization.Deserialize(bytes, serializer, manifest);
    }
}
