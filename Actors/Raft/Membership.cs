namespace ActorEtcd.Raft;

/// <summary>A configuration takes effect when the entry that holds it is applied.</summary>
internal static class Membership
{
    public static void Apply(RaftState s, RaftConfiguration configuration, List<RaftEffect> fx)
    {
        s.Configuration = configuration;
        if (s.Leading is null)
        {
            return;
        }

        if (!configuration.IsVoter(s.Id))
        {
            // A leader outside the voters would count majorities that it is no part of.
            Elections.BecomeFollower(s, MemberId.None, fx);
            return;
        }

        s.Leading.Follow(configuration, s.Id, s.Log.LastIndex, s.Now);
        Committing.Count(s, s.Leading, fx);
        Reads.Complete(s, s.Leading, fx);
        Replication.SendToAll(s, s.Leading, fx);
        if (s.Transfer is not null && !configuration.IsVoter(s.Transfer.Target))
        {
            fx.Add(new RaftEffect.TransferFailed($"member {s.Transfer.Target} is not a voter any more"));
            s.Transfer = null;
        }
    }
}
