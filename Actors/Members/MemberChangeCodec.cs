using System.Collections.Immutable;
using ActorEtcd.Wire;

namespace ActorEtcd.Members;

/// <summary>
/// The protobuf wire form of <see cref="MemberChange"/> in the log: 1 kind; 2 member; 3 peer URL; 4 learner; 5 the most
/// learners.
/// </summary>
public static class MemberChangeCodec
{
    private const int AddKind = 1;
    private const int PromoteKind = 2;
    private const int RemoveKind = 3;
    private const int UpdateKind = 4;

    public static byte[] Encode(MemberChange change)
    {
        var (kind, peerUrls, isLearner, learnersMax) = change switch
        {
            MemberChange.Add add => (AddKind, add.Member.PeerUrls, add.Member.IsLearner, add.LearnersMax),
            MemberChange.Promote => (PromoteKind, [], false, 0),
            MemberChange.Remove => (RemoveKind, [], false, 0),
            MemberChange.Update update => (UpdateKind, update.PeerUrls, false, 0),
            _ => throw new InvalidOperationException($"no wire form for {change.GetType()}"),
        };
        var bytes = new byte[
            ProtoSize.Int64(1, kind)
            + ProtoSize.UInt64(2, change.Id.Value)
            + peerUrls.Sum(static url => ProtoSize.String(3, url))
            + ProtoSize.Bool(4, isLearner)
            + ProtoSize.Int64(5, learnersMax)];
        var writer = new ProtoWriter(bytes);
        writer.Int64(1, kind);
        writer.UInt64(2, change.Id.Value);
        foreach (var url in peerUrls)
        {
            writer.String(3, url);
        }

        writer.Bool(4, isLearner);
        writer.Int64(5, learnersMax);
        return bytes;
    }

    /// <exception cref="MalformedMessageException">The bytes are no change of the member list.</exception>
    public static MemberChange Decode(ReadOnlyMemory<byte> bytes)
    {
        int kind = 0, learnersMax = 0;
        var id = MemberId.None;
        var isLearner = false;
        var peerUrls = ImmutableArray.CreateBuilder<string>();
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: kind = reader.Int32(); break;
                case 2: id = new MemberId(reader.UInt64()); break;
                case 3: peerUrls.Add(reader.String()); break;
                case 4: isLearner = reader.Bool(); break;
                case 5: learnersMax = reader.Int32(); break;
                default: reader.Skip(); break;
            }
        }

        return kind switch
        {
            AddKind => new MemberChange.Add(
                new Member(id, string.Empty, peerUrls.DrainToImmutable(), ClientUrls: [], isLearner), learnersMax),
            PromoteKind => new MemberChange.Promote(id),
            RemoveKind => new MemberChange.Remove(id),
            UpdateKind => new MemberChange.Update(id, peerUrls.DrainToImmutable()),
            _ => throw new MalformedMessageException($"unknown kind {kind} of a change of the member list"),
        };
    }
}
