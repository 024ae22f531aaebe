using System.Text;

namespace ActorEtcd.Auth;

/// <summary>The order of names in etcd: that of their UTF-8 bytes, which is the order of their code points.</summary>
internal sealed class NameOrder : IComparer<string>
{
    public static readonly NameOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        var left = (x ?? string.Empty).EnumerateRunes();
        var right = (y ?? string.Empty).EnumerateRunes();
        while (true)
        {
            var hasLeft = left.MoveNext();
            var hasRight = right.MoveNext();
            if (!hasLeft || !hasRight)
            {
                return hasLeft.CompareTo(hasRight);
            }

            if (left.Current != right.Current)
            {
                return left.Current.CompareTo(right.Current);
            }
        }
    }
}
