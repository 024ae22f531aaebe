using System.Collections.Immutable;
using ActorEtcd.Log;
using ActorEtcd.Raft;

namespace ActorEtcd.Specs.Simulation;

/// <summary>What must hold at every step of every run, whatever fails.</summary>
public sealed class SimInvariants
{
    private readonly SimWorld _world;
    private readonly Dictionary<long, MemberId> _leaders = [];
    private readonly Dictionary<(MemberId Voter, long Term), MemberId> _votes = [];
    private readonly Dictionary<(long Index, long Term), (long PrevTerm, ulong Content)> _entries = [];
    private readonly List<(long Term, long CommittedIn)> _committed = [];
    private readonly Dictionary<long, ulong> _hashes = [];
    private readonly Dictionary<MemberId, (int Life, long Commit, long Term)> _seen = [];
    private readonly Dictionary<MemberId, (long Term, long Index)> _promised = [];
    private readonly HashSet<long> _payloads = [];
    private readonly HashSet<long> _appliedAnywhere = [];

    public SimInvariants(SimWorld world)
    {
        _world = world;
        CommitMax = world.Bootstrap.Length;
        _committed.AddRange(world.Bootstrap.Select(static entry => (entry.Term, entry.Term)));
    }

    /// <summary>The greatest commit index of any member so far.</summary>
    public long CommitMax { get; private set; }

    public int Elections => _leaders.Count;

    public static ulong Hash(ulong seed, LogEntry entry)
    {
        var hash = (seed * 1099511628211UL) ^ (ulong)entry.Index;
        hash = (hash * 1099511628211UL) ^ (ulong)entry.Term ^ ((ulong)entry.Kind << 56);
        foreach (var b in entry.Data.Span)
        {
            hash = (hash * 1099511628211UL) ^ b;
        }

        return hash;
    }

    public void Stepped(SimMember member, RaftState s)
    {
        if (_seen.TryGetValue(member.Id, out var last) && last.Life == member.Life)
        {
            _world.Check(s.Log.CommitIndex >= last.Commit, $"member {member.Id}: commit {last.Commit} became {s.Log.CommitIndex}");
            _world.Check(s.Term >= last.Term, $"member {member.Id}: term {last.Term} became {s.Term}");
        }

        _seen[member.Id] = (member.Life, s.Log.CommitIndex, s.Term);
        if (last.Life != member.Life || s.Log.CommitIndex > last.Commit)
        {
            Committed(member, s, from: last.Life == member.Life ? last.Commit : s.Log.BaseIndex);
        }

        if (s.Role == RaftRole.Leader)
        {
            Leads(member, s);
        }
    }

    /// <summary>Log matching: index and term determine the content and, by induction, everything before.</summary>
    public void Appended(SimMember member, RaftState s, long prevIndex, ImmutableArray<LogEntry> entries)
    {
        var prevTerm = prevIndex == 0 ? 0 : s.Log.TermAt(prevIndex);
        foreach (var entry in entries)
        {
            var content = (prevTerm, Hash(0, entry));
            if (_entries.TryGetValue((entry.Index, entry.Term), out var known))
            {
                _world.Check(
                    known == content,
                    $"member {member.Id}: entry {entry.Index} of term {entry.Term} differs from another member's");
            }
            else
            {
                _entries.Add((entry.Index, entry.Term), content);
            }

            prevTerm = entry.Term;
        }
    }

    /// <summary>Nothing is promised to a peer before it is on disk, and no vote is given twice in a term.</summary>
    public void Sent(SimMember member, RaftState s, PeerMessage message)
    {
        var durable = member.Disk.Durable;
        switch (message)
        {
            case PeerMessage.VoteReply { Granted: true } m:
                Voted(member.Id, m.Term, m.To, durable);
                break;
            case PeerMessage.RequestVote m:
                Voted(member.Id, m.Term, member.Id, durable);
                break;
            case PeerMessage.AppendReply { Accepted: true } m:
                _world.Check(
                    durable.Term > m.Term || (durable.Term == m.Term && durable.LastIndex >= m.Index),
                    $"member {member.Id}: accepted {m.Index} in term {m.Term}, durable are {durable.LastIndex} in {durable.Term}");
                break;
            case PeerMessage.InstallSnapshotReply { Installed: true } m:
                _world.Check(
                    durable.LastIndex >= m.Index,
                    $"member {member.Id}: installed {m.Index} but only {durable.LastIndex} is durable");
                break;
            default:
                break;
        }
    }

    public void Recovered(SimMember member, LogRecovered recovered)
    {
        var promised = _promised.GetValueOrDefault(member.Id);
        _world.Check(
            recovered.Term >= promised.Term,
            $"member {member.Id}: voted in term {promised.Term} and came back in {recovered.Term}");
    }

    /// <summary>
    /// The member lost its log: what it was in is for others to tell. Its votes for others stand; those for itself were worth
    /// something only to the candidate that died with them.
    /// </summary>
    public void Lost(SimMember member)
    {
        _promised.Remove(member.Id);
        foreach (var vote in _votes.Where(vote => vote.Key.Voter == member.Id && vote.Value == member.Id).ToArray())
        {
            _votes.Remove(vote.Key);
        }
    }

    /// <summary>Says whether it is the first to apply a change of the group.</summary>
    public bool Applied(SimMember member, LogEntry entry, ulong hash)
    {
        CheckHash(member, entry.Index, hash);
        var isFirst = _appliedAnywhere.Add(entry.Index);
        if (isFirst && entry.Kind == EntryKind.Command)
        {
            var payload = BitConverter.ToInt64(entry.Data.Span);
            _world.Check(_payloads.Add(payload), $"proposal {payload} was applied twice, again at {entry.Index}");
        }

        return isFirst && entry.Kind == EntryKind.ConfigurationChange;
    }

    public bool IsApplied(long payload) => _payloads.Contains(payload);

    /// <summary>State machine safety: the history up to an index is the same on every member.</summary>
    public void CheckHash(SimMember member, long index, ulong hash)
    {
        if (!_hashes.TryAdd(index, hash))
        {
            _world.Check(_hashes[index] == hash, $"member {member.Id}: the state at {index} differs from another member's");
        }
    }

    public void Ignored(RaftEffect.Ignore e)
    {
        _world.Check(!e.IsFault, $"member {e.Message.To}: {e.Reason}");
    }

    private void Voted(MemberId voter, long term, MemberId candidate, LogState durable)
    {
        _world.Check(
            durable.Term > term || (durable.Term == term && durable.Vote == candidate),
            $"member {voter}: vote for {candidate} in term {term} left before it was durable ({durable.Vote} in {durable.Term})");
        _votes.TryAdd((voter, term), candidate);
        _world.Check(
            _votes[(voter, term)] == candidate,
            $"member {voter}: voted for {_votes[(voter, term)]} and for {candidate} in term {term}");
        var promised = _promised.GetValueOrDefault(voter);
        _promised[voter] = (Math.Max(promised.Term, term), promised.Index);
    }

    private void Committed(SimMember member, RaftState s, long from)
    {
        for (var index = CommitMax + 1; index <= s.Log.CommitIndex; index++)
        {
            var term = s.Log.TermAt(index);
            _world.Check(term >= 0, $"member {member.Id}: committed {index} without having it");
            _committed.Add((term, s.Term));
            CommitMax = index;
            if (!_world.Members.Any(static other => other.HasLostLog))
            {
                CheckQuorumHas(member, s.Configuration, index, term);
            }
        }

        for (var index = Math.Max(s.Log.BaseIndex, from) + 1; index <= s.Log.CommitIndex; index++)
        {
            _world.Check(
                s.Log.TermAt(index) == _committed[(int)index - 1].Term,
                $"member {member.Id}: committed {index} of term {s.Log.TermAt(index)}, others of {_committed[(int)index - 1].Term}");
        }
    }

    /// <summary>What is committed is on a majority of disks at that moment.</summary>
    private void CheckQuorumHas(SimMember member, RaftConfiguration group, long index, long term)
    {
        var held = Quorum.Reached(group, _world.Members, static (members, id) =>
        {
            var durable = members[(int)id.Value - 1].Disk.Durable;
            return Math.Max(durable.BaseIndex, durable.LastIndex);
        });
        _world.Check(held >= index, $"member {member.Id}: committed {index} of term {term}, a majority of {group} holds {held}");
    }

    /// <summary>
    /// Election safety and leader completeness: a leader has everything that was committed in earlier terms.
    /// </summary>
    private void Leads(SimMember member, RaftState s)
    {
        if (!_leaders.TryAdd(s.Term, member.Id))
        {
            _world.Check(_leaders[s.Term] == member.Id, $"{_leaders[s.Term]} and {member.Id} lead term {s.Term}");
            return;
        }

        for (var index = s.Log.FirstIndex; index <= _committed.Count; index++)
        {
            var (term, committedIn) = _committed[(int)index - 1];
            _world.Check(
                committedIn >= s.Term || s.Log.TermAt(index) == term,
                $"member {member.Id} leads term {s.Term} without entry {index}, committed in term {committedIn}");
        }
    }
}
