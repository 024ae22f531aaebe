using System.Globalization;
using System.Text;

namespace ActorEtcd.Store;

/// <summary>A stored record and where it stands in history.</summary>
public readonly record struct StoreRecord(Revision Revision, ReadOnlyMemory<byte> Record, bool IsTombstone)
{
    /// <summary>The key, out of the record.</summary>
    public ReadOnlySpan<byte> Key => KeyValue.ParseKey(Record.Span);

    // The one that the compiler makes would name every public property, and a span cannot be put into words.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"Revision = {Revision}, {Record.Length} bytes, IsTombstone = {IsTombstone}");
        return true;
    }
}
