using System.Globalization;

namespace ActorEtcd.Persistence.Journal;

/// <summary>
/// One file of the log. Its name, <c>sequence-firstRecord.wal</c> in hexadecimal, repeats what its header says, so that
/// a file that was renamed or copied from elsewhere is noticed.
/// </summary>
public sealed record WalSegment(long Sequence, long FirstRecord, string Path)
{
    public const string Extension = ".wal";

    /// <summary>Name of the segment that is prepared ahead; it has no header and no place in the sequence yet.</summary>
    public const string PreparedName = "next.tmp";

    private const int Digits = 16;

    public static string FileName(long sequence, long firstRecord) =>
        string.Create(CultureInfo.InvariantCulture, $"{sequence:x16}-{firstRecord:x16}{Extension}");

    public static bool TryParse(string path, out WalSegment segment)
    {
        var name = System.IO.Path.GetFileNameWithoutExtension(path).AsSpan();
        segment = new WalSegment(0, 0, path);
        if (!path.EndsWith(Extension, StringComparison.Ordinal) || name.Length != 2 * Digits + 1 || name[Digits] != '-'
            || !TryHex(name[..Digits], out var sequence) || !TryHex(name[(Digits + 1)..], out var firstRecord))
        {
            return false;
        }

        segment = new WalSegment(sequence, firstRecord, path);
        return true;
    }

    private static bool TryHex(ReadOnlySpan<char> digits, out long value) =>
        long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value) && value >= 0;
}
