using ActorEtcd.Log;

namespace ActorEtcd.Raft;

/// <summary>Tells the observer of checkpoints that go from member to member.</summary>
public sealed partial class RaftActor
{
    /// <summary>Those who were told to get a checkpoint and have not gone on, as far as is known.</summary>
    private readonly List<MemberId> _sentTo = [];

    private MemberId _receivesFrom = MemberId.None;

    private void SnapshotSent(MemberId to)
    {
        // It is sent again when nothing is heard for long.
        if (!_sentTo.Contains(to))
        {
            _sentTo.Add(to);
            _settings.Snapshots.SendBegins(to);
        }
    }

    /// <summary>Called at the end of a turn while there are any.</summary>
    private void EndSending()
    {
        for (var i = _sentTo.Count - 1; i >= 0; i--)
        {
            var progress = StateData.Leading?.Find(_sentTo[i]);
            if (progress?.State != ProgressState.Snapshot)
            {
                _settings.Snapshots.SendEnded(_sentTo[i], progress?.State == ProgressState.Replicate);
                _sentTo.RemoveAt(i);
            }
        }
    }

    private void ReceiveBegins(MemberId from)
    {
        // A newer one takes the place of one that is under way, of which nothing is heard any more.
        ReceiveEnded(isSuccess: false);
        _receivesFrom = from;
        _settings.Snapshots.ReceiveBegins(from);
    }

    private void ReceiveEnded(bool isSuccess)
    {
        if (!_receivesFrom.IsNone)
        {
            _settings.Snapshots.ReceiveEnded(_receivesFrom, isSuccess);
            _receivesFrom = MemberId.None;
        }
    }
}
