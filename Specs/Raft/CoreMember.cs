using System.Collections.Immutable;
using System.Text;
using ActorEtcd.Log;
using ActorEtcd.Raft;
using ActorEtcd.Store;
using Xunit;

namespace ActorEtcd.Specs.Raft;

/// <summary>Member 1 of a group, on the pure core: the spec is its disk, its clock and its peers.</summary>
internal sealed class CoreMember
{
    public CoreMember(int voters = 3, LogRecovered? recovered = null, Func<RaftSettings, RaftSettings>? adjust = null)
    {
        var settings = new RaftSettings
        {
            Id = Me,
            InitialConfiguration = RaftConfiguration.OfVoters(
                Enumerable.Range(1, voters).Select(number => new MemberId((ulong)number))),
            RandomSeed = 7,
        };
        State = new RaftState(adjust?.Invoke(settings) ?? settings, recovered ?? LogRecovered.Nothing);
        RaftCore.Start(State, Effects);
    }

    public static MemberId Me { get; } = new(1);

    public static MemberId Second { get; } = new(2);

    public static MemberId Third { get; } = new(3);

    public RaftState State { get; }

    public List<RaftEffect> Effects { get; } = [];

    public static LogEntry Entry(long index, long term, string data = "x") =>
        new(index, term, EntryKind.Command, Encoding.UTF8.GetBytes(data));

    public static CheckpointManifest Manifest(long index, long term) =>
        new(index, term, RaftConfiguration.OfVoters(Me, Second, Third), StoreManifest.Empty, Bytes.Empty);

    public static PeerMessage.AppendEntries Append(
        long term, long prevIndex, long prevTerm, long commit, params ImmutableArray<LogEntry> entries) =>
        new(Second, Me, term, prevIndex, prevTerm, commit, entries);

    public CoreMember After(double milliseconds)
    {
        State.Now += TimeSpan.FromMilliseconds(milliseconds);
        return this;
    }

    public CoreMember Receive(PeerMessage message)
    {
        Effects.Clear();
        RaftCore.Receive(State, message, Effects);
        return this;
    }

    /// <summary>Everything asked for so far is on disk now.</summary>
    public CoreMember Flush()
    {
        Effects.Clear();
        RaftCore.Persisted(State, State.Persist.Requested, Effects);
        return this;
    }

    public CoreMember Do(Action<RaftState, List<RaftEffect>> input)
    {
        Effects.Clear();
        input(State, Effects);
        return this;
    }

    public CoreMember Propose(params string[] payloads) => Do((s, fx) => RaftCore.Propose(
        s, [.. payloads.Select(text => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(text))], fx));

    /// <summary>Waits past any election timeout.</summary>
    public CoreMember TimeOut() => After(2500).Do(RaftCore.ElectionTimeout);

    /// <summary>Wins an election with the vote of member 2.</summary>
    public CoreMember Lead()
    {
        TimeOut();
        Receive(new PeerMessage.PreVoteReply(Second, Me, State.Term + 1, Granted: true));
        Flush();
        Receive(new PeerMessage.VoteReply(Second, Me, State.Term, Granted: true));
        Assert.Equal(RaftRole.Leader, State.Role);
        return this;
    }

    /// <summary>Leads, and the empty entry of the term is committed with member 2.</summary>
    public CoreMember LeadOpenly()
    {
        Lead();
        Flush();
        Accept(Second, State.Log.LastIndex);
        Assert.Equal(State.Log.LastIndex, State.Log.CommitIndex);
        return this;
    }

    public CoreMember Accept(MemberId from, long index) =>
        Receive(new PeerMessage.AppendReply(from, Me, State.Term, Accepted: true, index, 0, 0));

    public IEnumerable<T> Sent<T>()
        where T : PeerMessage => Effects.OfType<RaftEffect.Send>().Select(send => send.Message).OfType<T>();

    public T SentOne<T>()
        where T : PeerMessage => Assert.Single(Sent<T>());
}
