using System.Collections.Immutable;
using ActorEtcd.Members;
using ActorEtcd.Wire;

namespace ActorEtcd.Apply;

/// <summary>
/// The protobuf wire form of <see cref="ClusterVersions"/>: 1 settled; 2 member {1 id, 2 version}; 3 target of a
/// downgrade. Nothing at all when nothing is known.
/// </summary>
internal static class ClusterVersionsCodec
{
    public static byte[] Encode(ClusterVersions versions)
    {
        var settled = TextOf(versions.Settled);
        var target = TextOf(versions.DowngradeTarget);
        var size = ProtoSize.String(1, settled)
            + versions.OfMembers.Sum(static told => ProtoSize.Message(2, Size(told.Key, told.Value)))
            + ProtoSize.String(3, target);
        var bytes = new byte[size];
        var writer = new ProtoWriter(bytes);
        writer.String(1, settled);
        foreach (var (member, version) in versions.OfMembers)
        {
            writer.MessageHeader(2, Size(member, version));
            writer.UInt64(1, member.Value);
            writer.String(2, TextOf(version));
        }

        writer.String(3, target);
        return bytes;
    }

    public static ClusterVersions Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        var versions = ClusterVersions.Unknown;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: versions = versions with { Settled = VersionOf(reader.String()) }; break;
                case 2: versions = WithMember(versions, reader.Bytes()); break;
                case 3: versions = versions with { DowngradeTarget = VersionOf(reader.String()) }; break;
                default: reader.Skip(); break;
            }
        }

        return versions;
    }

    /// <summary>Two or more numbers with dots between, or null for nothing.</summary>
    /// <exception cref="MalformedMessageException">The text is no version.</exception>
    public static Version? VersionOf(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        return Version.TryParse(text, out var version)
            ? ClusterVersions.MajorMinor(version)
            : throw new MalformedMessageException($"\"{text}\" is no version");
    }

    private static string TextOf(Version? version) => version?.ToString(2) ?? string.Empty;

    private static int Size(MemberId member, Version version)
        => ProtoSize.UInt64(1, member.Value) + ProtoSize.String(2, TextOf(version));

    private static ClusterVersions WithMember(ClusterVersions versions, ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        ulong member = 0;
        Version? version = null;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: member = reader.UInt64(); break;
                case 2: version = VersionOf(reader.String()); break;
                default: reader.Skip(); break;
            }
        }

        return version is null ? versions : versions.Told(new MemberId(member), version);
    }
}
