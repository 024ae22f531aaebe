using System.Text;

namespace ActorEtcd.V2;

/// <summary>The order of texts by their UTF-8 bytes, which is Go's, and that of code points.</summary>
internal sealed class Utf8Order : IComparer<string>
{
    public static readonly Utf8Order Instance = new();

    public int Compare(string? x, string? y)
    {
        var order = string.CompareOrdinal(x, y);
        return order == 0 || x is null || y is null || (Ascii.IsValid(x) && Ascii.IsValid(y))
            ? order
            : Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y));
    }
}
