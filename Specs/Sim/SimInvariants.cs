using System.Collections.Immutable;
using ActorEtcd.Apply;
using ActorEtcd.Log;
using ActorEtcd.Raft;

namespace ActorEtcd.Specs.Sim;

/// <summary>What must hold of Raft and of the applied state at every step, whatever fails.</summary>
internal sealed class SimInvariants(SimWorld world)
{
    private readonly Dictionary<long, MemberId> _leaders = [];
    private readonly Dictionary<(MemberId Voter, long Term), MemberId> _votes = [];
    private readonly Dictionary<(long Index, long Term), (long PrevTerm, uint Content)> _entries = [];
    private readonly Dictionary<long, (long Term, uint Content, long CommittedIn)> _committed = [];
    private readonly Dictionary<MemberId, (int Life, long Commit, long Term, RaftRole Role)> _seen = [];
    private readonly Dictionary<MemberId, (long Term, long Index, MemberId Vote)> _promised = [];
    private readonly Dictionary<long, (uint State, ulong Store)> _states = [];
    private readonly Dictionary<SimMember, (int Life, long Index)> _applied = [];
    private readonly Dictionary<long, (ulong? Written, ulong State)> _sums = [];
    private readonly Dictionary<SimMember, (int Life, long Index)> _summed = [];

    /// <summary>The greatest index that any member took for committed.</summary>
    public long CommitMax { get; private set; }

    public int Elections => _leaders.Count;

    /// <summary>A life begins: what was promised must have survived, unless something may be damaged; then only if it is accepted.</summary>
    public void Started(SimMember member)
    {
        if (!member.Disk.IsRotten && !member.Disk.IsSuspect)
        {
            Kept(member);
        }
    }

    private void Kept(SimMember member)
    {
        LogState durable = member.Disk.Durable;
        var (term, index, vote) = _promised.GetValueOrDefault(member.Id);
        world.Check(durable.Term >= term, $"member {member.Id}: promised something in term {term} and came back in {durable.Term}");
        if (durable.Term == term)
        {
            world.Check(
                vote.IsNone || durable.Vote == vote, $"member {member.Id}: voted for {vote} in term {term} and came back with {durable.Vote}");
            world.Check(
                durable.LastIndex >= index, $"member {member.Id}: acknowledged {index} in term {term} and came back with {durable.LastIndex}");
        }
    }

    /// <summary>What the product has read is what is on the disk, and nothing that was changed there.</summary>
    public void Recovered(SimMember member, LogRecovered recovered)
    {
        world.Check(!member.Disk.IsRotten, $"member {member.Id}: a damaged log is accepted");
        member.Disk.Read();
        Kept(member);
        LogRecovered durable = member.Disk.Durable.ToRecovered();
        world.Check(
            recovered.Term == durable.Term && recovered.Vote == durable.Vote && recovered.BaseIndex == durable.BaseIndex
            && recovered.CommitIndex == durable.CommitIndex
            && recovered.Entries.Select(static entry => (entry.Index, entry.Term, ContentOf(entry)))
                .SequenceEqual(durable.Entries.Select(static entry => (entry.Index, entry.Term, ContentOf(entry)))),
            $"member {member.Id}: recovered {Describe(recovered)}, durable are {Describe(durable)}");
    }

    /// <summary>
    /// The member has lost its log: what it was in is for others to tell. Its votes for others stand; those for itself were worth
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

    public void Stepped(SimMember member, RaftState s)
    {
        var last = _seen.GetValueOrDefault(member.Id);
        bool isSameLife = last.Life == member.Life;
        if (isSameLife)
        {
            world.Check(s.Log.CommitIndex >= last.Commit, $"member {member.Id}: commit {last.Commit} became {s.Log.CommitIndex}");
            world.Check(s.Term >= last.Term, $"member {member.Id}: term {last.Term} became {s.Term}");
            SimPlant.AfterStep(member, s, last.Role, last.Term);
            if (s.Role == RaftRole.Leader && s.Log.CommitIndex > last.Commit)
            {
                world.Nemesis.Committed(member);
            }
        }

        Summed(member);
        _seen[member.Id] = (member.Life, s.Log.CommitIndex, s.Term, s.Role);
        if (s.Role == RaftRole.Leader && !(isSameLife && last.Role == RaftRole.Leader && last.Term == s.Term))
        {
            Leads(member, s);
            world.Nemesis.Elected(member);
        }
    }

    /// <summary>Nothing is promised to a peer before it is on disk, and no vote is given twice in a term.</summary>
    public void Sent(SimMember member, PeerMessage message)
    {
        LogState durable = member.Disk.Durable;
        switch (message)
        {
            case PeerMessage.VoteReply { Granted: true } m:
                Voted(member.Id, m.Term, m.To, durable);
                break;
            case PeerMessage.RequestVote m:
                Voted(member.Id, m.Term, member.Id, durable);
                break;
            case PeerMessage.AppendReply { Accepted: true } m:
                world.Check(
                    durable.Term > m.Term || (durable.Term == m.Term && durable.LastIndex >= m.Index),
                    $"member {member.Id}: acknowledged {m.Index} in term {m.Term}, durable are {durable.LastIndex} in {durable.Term}");
                Promised(member.Id, m.Term, m.Index, MemberId.None);
                break;
            case PeerMessage.InstallSnapshotReply { Installed: true } m:
                world.Check(
                    durable.LastIndex >= m.Index, $"member {member.Id}: installed {m.Index}, durable are {durable.LastIndex}");
                break;
            case PeerMessage.AppendEntries or PeerMessage.Heartbeat or PeerMessage.InstallSnapshot:
                IsLeader(member, message.Term);
                break;
            default:
                break;
        }
    }

    /// <summary>Log matching: index and term determine the content and, by induction, everything before.</summary>
    public void Appended(SimMember member, PersistEntries write)
    {
        long prevTerm = write.PrevIndex == 0 || member.Raft is not { } s ? -1 : s.Log.TermAt(write.PrevIndex);
        foreach (LogEntry entry in write.Entries)
        {
            var content = (prevTerm, ContentOf(entry));
            if (!_entries.TryGetValue((entry.Index, entry.Term), out var known) || (known.PrevTerm < 0 && prevTerm >= 0))
            {
                _entries[(entry.Index, entry.Term)] = content;
            }
            else
            {
                world.Check(
                    known.Content == content.Item2 && (prevTerm < 0 || known.PrevTerm == prevTerm),
                    $"member {member.Id}: entry {entry.Index} of term {entry.Term} differs from another member's");
            }

            prevTerm = entry.Term;
        }
    }

    /// <summary>State machine safety, and that what is committed is on a majority of disks.</summary>
    public void Committed(SimMember member, ApplyCommitted committed)
    {
        var (life, index) = _applied.GetValueOrDefault(member);
        if (life == member.Life)
        {
            world.Check(
                committed.Entries[0].Index == index + 1, $"member {member.Id}: {committed.Entries[0].Index} is applied after {index}");
        }

        foreach (LogEntry entry in committed.Entries)
        {
            uint content = ContentOf(entry);
            world.Leases.Committed(entry);
            if (_committed.TryGetValue(entry.Index, out var known))
            {
                world.Check(
                    known.Term == entry.Term && known.Content == content,
                    $"member {member.Id}: applies entry {entry.Index} of term {entry.Term}, another one applied one of term {known.Term}");
            }
            else
            {
                _committed.Add(entry.Index, (entry.Term, content, member.Raft?.Term ?? long.MaxValue));
                CommitMax = Math.Max(CommitMax, entry.Index);
                world.Admission.Committed(entry);
                IsDurable(member, entry);
            }
        }

        _applied[member] = (member.Life, committed.Entries[^1].Index);
    }

    /// <summary>What was applied up to an index is the same on every member that stands there.</summary>
    public void State(SimMember member, CapturedState captured)
    {
        uint state = Crc32C.Compute(ReplicatedStateCodec.Encode(captured.State));
        Compare(member, captured.View.AppliedIndex, state, captured.View.HistoryHash);
    }

    public void Checkpointed(SimMember member, TakeCheckpoint taken)
    {
        ReadOnlySpan<byte> state = taken.State is null ? taken.Manifest.State.Span : ReplicatedStateCodec.Encode(taken.State);
        Compare(member, taken.Manifest.Index, Crc32C.Compute(state), taken.Manifest.Store.HistoryHash);
    }

    /// <summary>A checkpoint replaced the state: what is applied next follows its index.</summary>
    public void Installed(SimMember member, long index) => _applied[member] = (member.Life, index);

    /// <summary>By what members compare themselves, they are the same after every entry, applied or from a checkpoint.</summary>
    private void Summed(SimMember member)
    {
        if (member.Node is not { } node)
        {
            return;
        }

        var (life, last) = _summed.GetValueOrDefault(member);
        last = life == member.Life ? last : node.Sums.First - 1;
        for (long index = last + 1; index <= node.AppliedIndex; index++)
        {
            if (node.Sums.StateAt(index) is not (not 0 and var state))
            {
                continue;
            }

            ulong? written = node.Sums.Between(index - 1, index);
            if (_sums.TryGetValue(index, out var known))
            {
                world.Check(
                    known.State == state, $"member {member.Id}: users, leases or v2 keys after {index} come to another number than another member's");
                world.Check(
                    known.Written is null || written is null || known.Written == written,
                    $"member {member.Id}: what entry {index} has written comes to another number than another member's");
            }

            _sums[index] = (written ?? known.Written, state);
        }

        _summed[member] = (member.Life, Math.Max(node.AppliedIndex, last));
    }

    private void Compare(SimMember member, long index, uint state, ulong store)
    {
        if (!_states.TryAdd(index, (state, store)))
        {
            var known = _states[index];
            world.Check(known.Store == store, $"member {member.Id}: the store at {index} differs from another member's");
            world.Check(known.State == state, $"member {member.Id}: leases, members, alarms, users or v2 keys at {index} differ from another member's");
        }
    }

    private void IsDurable(SimMember member, LogEntry entry)
    {
        // What a member that lost its log had acknowledged counts still: it does not vote until it has it again.
        if (member.Raft is not { } s || entry.Index <= world.BootstrapEntries.Length
            || world.Members.Any(static other => other.HasLostLog || other.Disk.IsRotten))
        {
            return;
        }

        long held = Quorum.Reached(s.Configuration, world, (w, id) =>
            w.Members[(int)id.Value - 1].Disk.Holds(entry.Index, entry.Term) ? entry.Index : 0);
        world.Check(
            held >= entry.Index,
            $"member {member.Id}: entry {entry.Index} of term {entry.Term} counts as committed and is not on a majority of disks of {s.Configuration}");
    }

    private void Voted(MemberId voter, long term, MemberId candidate, LogState durable)
    {
        world.Check(
            durable.Term > term || (durable.Term == term && durable.Vote == candidate),
            $"member {voter}: vote for {candidate} in term {term} left before it was durable ({durable.Vote} in {durable.Term})");
        if (!_votes.TryAdd((voter, term), candidate))
        {
            world.Check(
                _votes[(voter, term)] == candidate, $"member {voter}: voted for {_votes[(voter, term)]} and {candidate} in term {term}");
        }

        Promised(voter, term, 0, candidate);
    }

    private void Promised(MemberId member, long term, long index, MemberId vote)
    {
        var last = _promised.GetValueOrDefault(member);
        if (term > last.Term)
        {
            _promised[member] = (term, index, vote);
        }
        else if (term == last.Term)
        {
            _promised[member] = (term, Math.Max(last.Index, index), last.Vote.IsNone ? vote : last.Vote);
        }
    }

    private void IsLeader(SimMember member, long term)
    {
        if (!_leaders.TryAdd(term, member.Id))
        {
            world.Check(_leaders[term] == member.Id, $"{_leaders[term]} and {member.Id} both lead in term {term}");
        }
    }

    /// <summary>Leader completeness: whoever leads holds everything committed.</summary>
    private void Leads(SimMember member, RaftState s)
    {
        IsLeader(member, s.Term);
        world.Trace($"{member.Number + 1} leads in term {s.Term}, last {s.Log.LastIndex}");
        for (long index = Math.Max(s.Log.BaseIndex, world.BootstrapEntries.Length) + 1; index <= CommitMax; index++)
        {
            if (_committed.TryGetValue(index, out var committed) && s.Term > committed.CommittedIn)
            {
                world.Check(
                    s.Log.TermAt(index) == committed.Term,
                    $"member {member.Id} leads in term {s.Term} without the committed entry {index} of term {committed.Term}, it has {s.Log.TermAt(index)}");
            }
        }
    }

    private static string Describe(LogRecovered log) =>
        $"{log.BaseIndex}..{log.BaseIndex + log.Entries.Length} committed {log.CommitIndex}, vote {log.Vote} in {log.Term}";

    private static uint ContentOf(LogEntry entry) => Crc32C.Append((uint)entry.Kind, entry.Data.Span);
}
