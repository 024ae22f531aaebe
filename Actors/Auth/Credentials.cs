namespace ActorEtcd.Auth;

/// <summary>
/// What a client shows to prove who it is: a token, or the common name of the certificate with which it was verified.
/// The default is a client that shows nothing.
/// </summary>
public readonly record struct Credentials(string? Token, string? CommonName = null)
{
    /// <summary>The server itself, which may do everything.</summary>
    public static readonly Credentials Internal = new(null) { IsInternal = true };

    public bool IsInternal { get; private init; }
}
