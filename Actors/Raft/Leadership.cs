namespace ActorEtcd.Raft;

/// <summary>
/// What a member knows only while it leads; made in the turn in which it wins, dropped when it steps down.
/// </summary>
public sealed class Leadership
{
    private Progress[] _members = [];

    /// <summary>The index of the empty entry that opened the term. Reads wait until it is committed.</summary>
    public required long TermStartIndex { get; init; }

    public ReadRounds Reads { get; } = new();

    /// <summary>
    /// The newest configuration change that may be in the log and not applied. Invariant: no other change is
    /// appended before it is applied.
    /// </summary>
    public required long PendingConfigurationIndex { get; set; }

    /// <summary>Before this time the leadership is not offered again because of a disk that stalls.</summary>
    public TimeSpan MayGiveUpAt { get; set; }

    /// <summary>
    /// Until then neither the silence of others nor that of the disk counts: this member had no time itself, and their answers
    /// wait to be read. Given anew only after a majority was heard, or a leader that never has time would lead for ever.
    /// </summary>
    public TimeSpan ExcusedUntil { get; set; }

    /// <summary>Whether a majority was heard when that was last asked.</summary>
    public bool HeardQuorum { get; set; } = true;

    public IReadOnlyList<Progress> Members => _members;

    public Progress? Find(MemberId id)
    {
        foreach (var progress in _members)
        {
            if (progress.Id == id)
            {
                return progress;
            }
        }

        return null;
    }

    /// <summary>Keeps what is known of members that stay, and starts afresh with new ones.</summary>
    public void Follow(RaftConfiguration configuration, MemberId self, long lastIndex, TimeSpan now)
    {
        var members = configuration.Members;
        if (!members.Contains(self))
        {
            members = [.. members.Add(self).Order()];
        }

        _members = [.. members.Select(id => Find(id) ?? new Progress(id) { Next = lastIndex + 1, HeardAt = now })];
    }
}
