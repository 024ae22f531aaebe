namespace ActorEtcd.Host.Cli.Ctl;

/// <summary>How the value of a flag is read.</summary>
internal enum CtlFlagKind
{
    Text,
    Switch,
    Number,
    Duration,
    List,
}
