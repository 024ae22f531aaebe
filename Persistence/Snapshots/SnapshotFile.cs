using System.Globalization;
using ActorEtcd.Persistence.Journal;
using Akka.Persistence;

namespace ActorEtcd.Persistence.Snapshots;

/// <summary>
/// A snapshot's file: its name, <c>persistenceId@sequenceNr-timestamp.snap</c> (numbers in hexadecimal, the persistence
/// id escaped), says what it is without opening it.
/// </summary>
internal sealed record SnapshotFile(SnapshotMetadata Metadata, string Path)
{
    public const string Extension = ".snap";

    private const int Digits = 16;
    private const char Separator = '@';

    public static SnapshotFile For(string directory, SnapshotMetadata metadata)
    {
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"{Prefix(metadata.PersistenceId)}{metadata.SequenceNr:x16}-{metadata.Timestamp.Ticks:x16}{Extension}");
        return new SnapshotFile(metadata, System.IO.Path.Combine(directory, name));
    }

    /// <summary>The persistence id's snapshots, newest first.</summary>
    public static IReadOnlyList<SnapshotFile> Find(IWalFileSystem files, string directory, string persistenceId)
    {
        var found = new List<SnapshotFile>();
        foreach (var path in files.List(directory))
        {
            if (TryParse(path, persistenceId) is { } file)
            {
                found.Add(file);
            }
        }

        found.Sort((a, b) => (b.Metadata.SequenceNr, b.Metadata.Timestamp).CompareTo(
            (a.Metadata.SequenceNr, a.Metadata.Timestamp)));
        return found;
    }

    private static string Prefix(string persistenceId) => Uri.EscapeDataString(persistenceId) + Separator;

    private static SnapshotFile? TryParse(string path, string persistenceId)
    {
        var name = System.IO.Path.GetFileNameWithoutExtension(path);
        var prefix = Prefix(persistenceId);
        if (!path.EndsWith(Extension, StringComparison.Ordinal) || !name.StartsWith(prefix, StringComparison.Ordinal) || name.Length != prefix.Length + 2 * Digits + 1)
        {
            return null;
        }

        var numbers = name.AsSpan(prefix.Length);
        return TryHex(numbers[..Digits], out var sequenceNr) && TryHex(numbers[(Digits + 1)..], out var ticks)
            && ticks <= DateTime.MaxValue.Ticks
            ? new SnapshotFile(
                new SnapshotMetadata(persistenceId, sequenceNr, new DateTime(ticks, DateTimeKind.Utc)), path)
            : null;
    }

    private static bool TryHex(ReadOnlySpan<char> digits, out long value) =>
        long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value) && value >= 0;
}
