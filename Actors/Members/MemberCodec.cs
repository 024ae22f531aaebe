using System.Collections.Immutable;
using ActorEtcd.Wire;

namespace ActorEtcd.Members;

/// <summary>
/// The protobuf wire form of a <see cref="Member"/> in checkpoints and between members: 1 id, 2 name, 3 peer URL,
/// 4 client URL, 5 learner. Readers pass over fields that they do not know.
/// </summary>
public static class MemberCodec
{
    public static int Size(Member member)
        => ProtoSize.UInt64(1, member.Id.Value)
            + ProtoSize.String(2, member.Name)
            + member.PeerUrls.Sum(static url => ProtoSize.String(3, url))
            + member.ClientUrls.Sum(static url => ProtoSize.String(4, url))
            + ProtoSize.Bool(5, member.IsLearner);

    public static void Write(ref ProtoWriter writer, Member member)
    {
        writer.UInt64(1, member.Id.Value);
        writer.String(2, member.Name);
        foreach (var url in member.PeerUrls)
        {
            writer.String(3, url);
        }

        foreach (var url in member.ClientUrls)
        {
            writer.String(4, url);
        }

        writer.Bool(5, member.IsLearner);
    }

    /// <exception cref="MalformedMessageException">The bytes are no member.</exception>
    public static Member Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        ulong id = 0;
        var name = string.Empty;
        var peerUrls = ImmutableArray.CreateBuilder<string>();
        var clientUrls = ImmutableArray.CreateBuilder<string>();
        var isLearner = false;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: id = reader.UInt64(); break;
                case 2: name = reader.String(); break;
                case 3: peerUrls.Add(reader.String()); break;
                case 4: clientUrls.Add(reader.String()); break;
                case 5: isLearner = reader.Bool(); break;
                default: reader.Skip(); break;
            }
        }

        return new Member(new MemberId(id), name, peerUrls.DrainToImmutable(), clientUrls.DrainToImmutable(), isLearner);
    }
}
