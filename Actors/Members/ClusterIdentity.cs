using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ActorEtcd.Members;

/// <summary>The ids of members and clusters, computed as etcd does (<c>etcdserver/api/membership</c>).</summary>
public static class ClusterIdentity
{
    /// <summary>
    /// The id of an initial member: the first eight bytes of the SHA-1 of its sorted peer URLs, run together, and the
    /// cluster token.
    /// </summary>
    public static MemberId MemberId(IEnumerable<string> peerUrls, string clusterToken)
    {
        var text = string.Concat(peerUrls.Order(StringComparer.Ordinal)) + clusterToken;
        return new MemberId(FirstEightBytes(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>
    /// The id of a member that is added to a running cluster: like that of an initial one, with the second of the adding
    /// in place of the token, so that the same URLs give another id the next time.
    /// </summary>
    public static MemberId AddedMemberId(IEnumerable<string> peerUrls, DateTimeOffset addedAt)
        => MemberId(peerUrls, addedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));

    /// <summary>The id of a cluster: the first eight bytes of the SHA-1 of its sorted initial member ids.</summary>
    public static ulong ClusterId(IEnumerable<MemberId> members)
    {
        var sorted = members.Order().ToArray();
        var bytes = new byte[sorted.Length * sizeof(ulong)];
        for (var i = 0; i < sorted.Length; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(i * sizeof(ulong)), sorted[i].Value);
        }

        return FirstEightBytes(bytes);
    }

    private static ulong FirstEightBytes(byte[] bytes) => BinaryPrimitives.ReadUInt64BigEndian(SHA1.HashData(bytes));
}
