namespace ActorEtcd.Host.Auth;

/// <summary>Who may call a method while users matter.</summary>
internal enum MethodAccess
{
    /// <summary>Who holds the root role. What is not listed is this.</summary>
    Root,

    /// <summary>Any user.</summary>
    User,

    /// <summary>Any user asks for alarms, root changes them.</summary>
    Alarm,

    /// <summary>The request itself is checked: when it is applied, or where the keys are read.</summary>
    Checked,

    /// <summary>Everybody.</summary>
    Open,
}
