namespace ActorEtcd.Host.Config;

/// <summary>What a flag's value is; checked as soon as it is read.</summary>
public enum FlagKind
{
    Text,

    /// <summary>A whole number from 0.</summary>
    Number,

    /// <summary>A whole number, negative ones too.</summary>
    Signed,

    /// <summary>True or false; the bare flag is true.</summary>
    Switch,

    /// <summary>As Go writes durations, such as 1h30m.</summary>
    Duration,

    /// <summary>One or several URLs, with commas between them.</summary>
    Urls,

    /// <summary>As <see cref="Urls"/>, or nothing.</summary>
    UrlsOrNone,

    /// <summary>As <see cref="UrlsOrNone"/>, with <c>*</c> for any.</summary>
    Origins,

    /// <summary>Texts with commas between them.</summary>
    List,

    /// <summary>One of a few words.</summary>
    Choice,

    /// <summary>Whatever it is, nobody looks at it.</summary>
    Ignored,
}
