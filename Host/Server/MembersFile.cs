using System.Buffers.Binary;
using ActorEtcd.Apply;
using ActorEtcd.Members;
using ActorEtcd.Persistence.DataDir;
using ActorEtcd.Wire;

namespace ActorEtcd.Host.Server;

/// <summary>
/// What a member must know of its cluster before it has read its log: how its log begins, and where the others are. In
/// protobuf wire form: 1 joined; 2 the members that it began with; 3 the members as last applied; 4 the checksum of all before.
/// </summary>
/// <param name="HasJoined">The cluster, or its data, was there before this member: the log does not begin with its members.</param>
/// <param name="First">The members at the first start; of an initial member the entries that its log begins with.</param>
/// <param name="Known">The members as last applied: a hint, since the log may be ahead of it.</param>
public sealed record MembersFile(bool HasJoined, MemberTable First, MemberTable Known)
{
    private const string FileName = "members";

    /// <summary>The last field: number and type, length, four bytes.</summary>
    private const int ChecksumSize = 1 + 1 + sizeof(uint);

    public void Write(DataDirectory directory)
    {
        var first = Encode(First);
        var known = Encode(Known);
        var length = ProtoSize.Bool(1, HasJoined) + ProtoSize.Message(2, first.Length) + ProtoSize.Message(3, known.Length);
        var bytes = new byte[length + ChecksumSize];
        var writer = new ProtoWriter(bytes);
        writer.Bool(1, HasJoined);
        writer.Message(2, first);
        writer.Message(3, known);
        var checksum = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, Crc32C.Compute(bytes.AsSpan(0, length)));
        writer.Bytes(4, checksum);
        DurableFiles.Replace(PathIn(directory), bytes);
    }

    /// <exception cref="DataDirDamagedException">The file is missing or unreadable.</exception>
    public static MembersFile Read(DataDirectory directory)
    {
        var path = PathIn(directory);
        try
        {
            return Decode(File.ReadAllBytes(path));
        }
        catch (Exception error) when (error is IOException or MalformedMessageException)
        {
            throw new DataDirDamagedException(directory.Path, $"cannot read {path}: {error.Message}", error);
        }
    }

    private static MembersFile Decode(ReadOnlyMemory<byte> bytes)
    {
        var length = bytes.Length - ChecksumSize;
        if (length < 0
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[^sizeof(uint)..]) != Crc32C.Compute(bytes.Span[..length]))
        {
            throw new MalformedMessageException($"its {bytes.Length} bytes do not match their checksum");
        }

        var hasJoined = false;
        MemberTable? first = null;
        MemberTable? known = null;
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: hasJoined = reader.Bool(); break;
                case 2: first = ReplicatedStateCodec.Decode(reader.Bytes()).Members; break;
                case 3: known = ReplicatedStateCodec.Decode(reader.Bytes()).Members; break;
                default: reader.Skip(); break;
            }
        }

        return first is null || known is null
            ? throw new MalformedMessageException("no members")
            : new MembersFile(hasJoined, first, known);
    }

    private static byte[] Encode(MemberTable members) => ReplicatedStateCodec.Encode(new ReplicatedState(members, [], []));

    private static string PathIn(DataDirectory directory) => Path.Combine(directory.MemberPath, FileName);
}
