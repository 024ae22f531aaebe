using ActorEtcd.Apply;
using ActorEtcd.Members;
using ActorEtcd.Persistence.DataDir;
using ActorEtcd.Wire;

namespace ActorEtcd.Host.Server;

/// <summary>
/// What a member must know of its cluster before it has read its log: how its log begins, and where the others are. In
/// protobuf wire form: 1 joined; 2 the members that it began with; 3 the members as last applied.
/// </summary>
/// <param name="HasJoined">The cluster, or its data, was there before this member: the log does not begin with its members.</param>
/// <param name="First">The members at the first start; of an initial member the entries that its log begins with.</param>
/// <param name="Known">The members as last applied: a hint, since the log may be ahead of it.</param>
public sealed record MembersFile(bool HasJoined, MemberTable First, MemberTable Known)
{
    private const string FileName = "members";

    public void Write(DataDirectory directory)
    {
        var first = Encode(First);
        var known = Encode(Known);
        var bytes = new byte[ProtoSize.Bool(1, HasJoined) + ProtoSize.Message(2, first.Length) + ProtoSize.Message(3, known.Length)];
        var writer = new ProtoWriter(bytes);
        writer.Bool(1, HasJoined);
        writer.Message(2, first);
        writer.Message(3, known);
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
