namespace ActorEtcd.Raft;

/// <summary>One step of a configuration change; the numbers are etcd's and are written to disk.</summary>
public enum ConfigurationChangeKind
{
    AddVoter = 0,
    RemoveMember = 1,
    UpdateMember = 2,
    AddLearner = 3,
}
