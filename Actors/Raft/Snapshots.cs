using ActorEtcd.Log;

namespace ActorEtcd.Raft;

/// <summary>Checkpoints: saved by this member, sent to a follower that lags, installed when this one lags.</summary>
internal static class Snapshots
{
    public static void Saved(RaftState s, CheckpointManifest manifest)
    {
        if (s.Checkpoint is not null && manifest.Index < s.Checkpoint.Index)
        {
            return;
        }

        s.Checkpoint = manifest;
        s.Log.Compact(manifest.Index, s.Settings.CatchUpEntries, s.Settings.CatchUpBytesMax);
    }

    public static void OnInstall(RaftState s, PeerMessage.InstallSnapshot m, List<RaftEffect> fx)
    {
        Following.Heard(s, m.From, fx);
        var manifest = m.Manifest;
        if (manifest.Index <= s.Log.CommitIndex)
        {
            Following.Accept(s, m.From, s.Log.CommitIndex, fx);
        }
        else if (s.Install is { IsInstalling: true })
        {
            fx.Add(new RaftEffect.Ignore(m, $"checkpoint {s.Install.Manifest.Index} is being installed"));
        }
        else if (s.Log.Matches(manifest.Index, manifest.Term))
        {
            s.VerifiedIndex = Math.Max(s.VerifiedIndex, manifest.Index);
            Committing.CommitTo(s, manifest.Index, fx);
            Following.Accept(s, m.From, manifest.Index, fx);
        }
        else if (s.Install?.Manifest.Index == manifest.Index && s.Install.Source == m.From)
        {
            fx.Add(new RaftEffect.Ignore(m, $"checkpoint {manifest.Index} is being fetched"));
        }
        else
        {
            s.Install = new SnapshotInstall(manifest, m.From, IsInstalling: false);
            fx.Add(new RaftEffect.FetchCheckpoint(manifest, m.From));
        }
    }

    public static void Fetched(RaftState s, CheckpointManifest manifest, List<RaftEffect> fx)
    {
        if (s.Install is not { IsInstalling: false } install || install.Manifest.Index != manifest.Index)
        {
            return;
        }

        if (s.Role != RaftRole.Follower || manifest.Index <= s.Log.CommitIndex)
        {
            s.Install = null;
            return;
        }

        s.Install = install with { Manifest = manifest, IsInstalling = true };
        fx.Add(new RaftEffect.InstallCheckpoint(manifest));
    }

    public static void FetchFailed(RaftState s, CheckpointManifest manifest, List<RaftEffect> fx)
    {
        if (s.Install is not { IsInstalling: false } install || install.Manifest.Index != manifest.Index)
        {
            return;
        }

        s.Install = null;
        if (s.Role == RaftRole.Follower && s.Leader == install.Source)
        {
            fx.Add(new RaftEffect.Send(new PeerMessage.InstallSnapshotReply(
                s.Id, s.Leader, s.Term, Installed: false, manifest.Index)));
        }
    }

    public static void Installed(RaftState s, long index, long term, List<RaftEffect> fx)
    {
        var manifest = s.Install?.Manifest;
        Invariant.Check(
            s.Install is { IsInstalling: true } && manifest?.Index == index && manifest?.Term == term,
            $"checkpoint {index} was installed, not {manifest?.Index ?? 0}");
        if (!s.Log.Matches(index, term))
        {
            s.Persist.Truncated(index + 1);
        }

        s.Log.Reset(index, term);
        s.Applying.Clear();
        s.ApplyingBytes = 0;
        s.Checkpoint = manifest!;
        s.Configuration = manifest!.Configuration;
        s.Install = null;
        s.VerifiedIndex = Math.Max(s.VerifiedIndex, index);
        Committing.ApplyReady(s, fx);
        if (!s.Leader.IsNone && s.Leader != s.Id)
        {
            Durability.SendWhenDurable(
                s, new PeerMessage.InstallSnapshotReply(s.Id, s.Leader, s.Term, Installed: true, index), fx);
        }
    }

    public static void OnReply(
        RaftState s, Leadership leading, Progress progress, PeerMessage.InstallSnapshotReply m, List<RaftEffect> fx)
    {
        if (m.Installed && m.Index <= s.Log.LastIndex)
        {
            Replication.OnMatch(s, leading, progress, m.Index, fx);
        }
        else if (progress.State == ProgressState.Snapshot)
        {
            progress.SnapshotFailed();
        }
    }
}
