using ActorEtcd.Auth;

namespace ActorEtcd.Specs.Auth;

/// <summary>Notes what it is told.</summary>
internal sealed class RecordingTokens : IAuthTokens
{
    public List<string> Calls { get; } = [];

    public string NewPrefix() => "prefix";

    public string Sign(string user, ulong authRevision) => string.Empty;

    public AuthInfo? Find(string token, ulong authRevision) => null;

    public long IndexOf(string token) => 0;

    public void Assign(string token, string user) => Calls.Add($"assign {token} {user}");

    public void Invalidate(string user) => Calls.Add($"invalidate {user}");

    public void Clear() => Calls.Add("clear");

    public void PassOver(long index) => Calls.Add($"pass over {index}");
}
