using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using ActorEtcd.Auth;

namespace ActorEtcd.Host.Auth;

/// <summary>
/// Random tokens that every member keeps for a while after their last use: letters, a dot, and the index of the log
/// entry that brought them (etcd: <c>auth/simple_token.go</c>). They do not outlive the process.
/// </summary>
public sealed class SimpleTokens(TimeSpan ttl, TimeProvider clock) : IAuthTokens
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const int PrefixLength = 16;

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Held> _tokens = new(StringComparer.Ordinal);
    private long _sweptAt = clock.GetTimestamp();
    private long _passedOver;

    /// <summary>Tokens kept now.</summary>
    public int Count => _tokens.Count;

    public string NewPrefix() => RandomNumberGenerator.GetString(Letters, PrefixLength);

    public string Sign(string user, ulong authRevision) => string.Empty;

    public AuthInfo? Find(string token, ulong authRevision)
    {
        if (!_tokens.TryGetValue(token, out var held) || clock.GetElapsedTime(held.UsedAt) > ttl)
        {
            return null;
        }

        held.UsedAt = clock.GetTimestamp();
        return held.InfoAt(authRevision);
    }

    public long IndexOf(string token)
    {
        var dot = token.IndexOf('.', StringComparison.Ordinal);
        return long.TryParse(token.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : 0;
    }

    public void Assign(string token, string user)
    {
        if (IndexOf(token) > _passedOver)
        {
            Sweep();
            _tokens[token] = new Held(user) { UsedAt = clock.GetTimestamp() };
        }
    }

    public void Invalidate(string user) => Remove(held => held.User == user);

    public void Clear() => _tokens.Clear();

    public void PassOver(long index) => _passedOver = index;

    // Tokens only come by authenticating, so what has run out is looked for then.
    private void Sweep()
    {
        if (clock.GetElapsedTime(_sweptAt) >= SweepInterval)
        {
            _sweptAt = clock.GetTimestamp();
            Remove(held => clock.GetElapsedTime(held.UsedAt) > ttl);
        }
    }

    private void Remove(Func<Held, bool> isToGo)
    {
        foreach (var (token, held) in _tokens)
        {
            if (isToGo(held))
            {
                _tokens.TryRemove(token, out _);
            }
        }
    }

    private sealed class Held(string user)
    {
        private long _usedAt;
        private volatile AuthInfo? _info;

        public string User { get; } = user;

        public long UsedAt
        {
            get => Volatile.Read(ref _usedAt);
            set => Volatile.Write(ref _usedAt, value);
        }

        /// <summary>The same object for as long as users and roles stay as they are.</summary>
        public AuthInfo InfoAt(ulong authRevision)
        {
            var info = _info;
            return info?.Revision == authRevision ? info : _info = new AuthInfo(User, authRevision);
        }
    }
}
