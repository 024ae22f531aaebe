using System.Collections.Immutable;
using System.Text.Json;
using ActorEtcd.Members;
using ActorEtcd.Raft;
using ActorEtcd.Wire;

namespace ActorEtcd.Persistence.EtcdData;

/// <summary>Who is a member of an etcd cluster at one index of its log. Changes that make no sense change nothing, as in etcd.</summary>
public sealed record EtcdMembership(RaftConfiguration Configuration, ImmutableSortedDictionary<MemberId, Member> Members)
{
    private const int AddVoter = 0;
    private const int Remove = 1;
    private const int Update = 2;
    private const int AddLearner = 3;

    public static readonly EtcdMembership Empty = new(RaftConfiguration.Empty, ImmutableSortedDictionary<MemberId, Member>.Empty);

    /// <summary>Ids of members that were removed, which never come back.</summary>
    public ImmutableSortedSet<MemberId> Removed { get; init; } = [];

    public static EtcdMembership Of(RaftConfiguration configuration, IEnumerable<Member> members)
        => new(configuration, members.Where(m => configuration.Contains(m.Id)).ToImmutableSortedDictionary(static m => m.Id, static m => m));

    /// <summary>The membership after a configuration change of etcd's server was applied.</summary>
    /// <exception cref="EtcdDataException">The entry is no change that etcd's server makes.</exception>
    public EtcdMembership Apply(EtcdEntry entry)
    {
        if (entry.Type != EtcdEntryType.ConfChange)
        {
            throw new EtcdDataException($"entry {entry.Index} of the write-ahead log is a joint configuration change, which etcd's server never makes");
        }

        try
        {
            var (type, id, context) = Parse(entry.Data);
            return type switch
            {
                AddVoter or AddLearner => Add(id, EtcdMemberJson.ParseMember(context), isLearner: type == AddLearner),
                Remove => With(id, ConfigurationChangeKind.RemoveMember) with
                {
                    Members = Members.Remove(id),
                    Removed = Removed.Add(id),
                },
                Update when Members.TryGetValue(id, out var member) => this with
                {
                    Members = Members.SetItem(id, member with { PeerUrls = EtcdMemberJson.ParseMember(context).Member.PeerUrls }),
                },
                _ => this,
            };
        }
        catch (Exception wrong) when (wrong is MalformedMessageException or JsonException)
        {
            throw new EtcdDataException($"entry {entry.Index} of the write-ahead log is no membership change: {wrong.Message}", wrong);
        }
    }

    /// <summary>The membership after a member told its name and client URLs.</summary>
    /// <exception cref="EtcdDataException">What it told cannot be read.</exception>
    public EtcdMembership SetAttributes(EtcdMemberAttributes attributes)
    {
        try
        {
            return Members.TryGetValue(attributes.Id, out var member)
                ? this with { Members = Members.SetItem(attributes.Id, EtcdMemberJson.WithAttributes(member, attributes.Json)) }
                : this;
        }
        catch (JsonException wrong)
        {
            throw new EtcdDataException($"the attributes of member {attributes.Id} cannot be read: {wrong.Message}", wrong);
        }
    }

    /// <summary>
    /// The membership with names and client URLs from the database where they are not known, and with the removed
    /// members that it knows.
    /// </summary>
    public EtcdMembership CompletedBy(EtcdDatabase database)
    {
        var members = Members;
        foreach (var other in database.Members)
        {
            if (members.TryGetValue(other.Id, out var member) && member.Name.Length == 0)
            {
                members = members.SetItem(other.Id, member with { Name = other.Name, ClientUrls = other.ClientUrls });
            }
        }

        return this with { Members = members, Removed = Removed.Union(database.RemovedMembers).Except(members.Keys) };
    }

    private EtcdMembership Add(MemberId id, (Member Member, bool IsPromotion) context, bool isLearner)
    {
        var kind = isLearner ? ConfigurationChangeKind.AddLearner : ConfigurationChangeKind.AddVoter;
        if (context.IsPromotion)
        {
            return Members.TryGetValue(id, out var learner) && learner.IsLearner
                ? With(id, kind) with { Members = Members.SetItem(id, learner with { IsLearner = false }) }
                : this;
        }

        return Members.ContainsKey(id) || Removed.Contains(id)
            ? this
            : With(id, kind) with { Members = Members.Add(id, context.Member with { Id = id, IsLearner = isLearner }) };
    }

    private EtcdMembership With(MemberId id, ConfigurationChangeKind kind) => this with
    {
        Configuration = ConfigurationTransition.Apply(
            Configuration,
            new ConfigurationChange(ConfigurationChangeMode.Automatic, [new ConfigurationChangeStep(kind, id)], Bytes.Empty)),
    };

    // raftpb.ConfChange {1 id, 2 type, 3 member, 4 context}.
    private static (int Type, MemberId Id, ReadOnlyMemory<byte> Context) Parse(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        var type = 0;
        ulong member = 0;
        ReadOnlyMemory<byte> context = default;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 2: type = reader.Int32(); break;
                case 3: member = reader.UInt64(); break;
                case 4: context = reader.Bytes(); break;
                default: reader.Skip(); break;
            }
        }

        return type is >= AddVoter and <= AddLearner
            ? (type, new MemberId(member), context)
            : throw new MalformedMessageException($"a change of unknown kind {type}");
    }
}
