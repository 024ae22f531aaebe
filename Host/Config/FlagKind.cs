namespace ActorEtcd.Host.Config;

/// <summary>What a flag's value is; for help texts and for bare boolean flags.</summary>
public enum FlagKind
{
    Text,
    Number,
    Switch,
    Urls,
}
