using System.Text;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Conformance;

/// <summary>
/// The same random requests about users, roles and permissions, and of those users, to a real etcd 3.4 and to the server
/// under test: every answer or error is equal. ACTOR_ETCD_SPECS_SEED replays a run.
/// </summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class AuthDifferentialSpec(ITestOutputHelper output)
{
    private const int Requests = 1_200;
    private const int DifferencesMax = 8;

    private readonly StringBuilder _differences = new();
    private readonly SortedDictionary<string, int> _outcomes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _passwords = [];
    private int _differenceCount;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Users_get_equal_answers_from_both_servers(int defaultSeed)
    {
        int seed = SpecEnvironment.Seed ?? defaultSeed;
        output.WriteLine($"seed {seed}");
        await using SingleServer etcd = await SingleServer.StartAsync(ServerKind.Etcd, GuardedServer.CheapHashes);
        await using SingleServer other = await SingleServer.StartAsync(SpecEnvironment.ServerUnderTest, GuardedServer.CheapHashes);
        Side[] sides = [new(etcd.Channel), new(other.Channel)];
        var generator = new AuthGenerator(seed);
        for (int step = 0; step < Requests && _differenceCount < DifferencesMax; step++)
        {
            string? session = generator.Session();
            if (session is not null && generator.Below(sides[0].IsKnown(session) ? 15 : 2) == 0)
            {
                await LoginAsync(sides, generator, session);
            }

            bool isKnown = session is not null && sides[0].IsKnown(session);
            await CompareAsync(sides, session, generator.Next(isKnown, step), step);
        }

        foreach ((string outcome, int count) in _outcomes)
        {
            output.WriteLine($"{count,6} {outcome}");
        }

        Assert.True(_differenceCount == 0, $"seed {seed}\n{_differences}\n{other.Process.Log}");
    }

    private async Task LoginAsync(Side[] sides, AuthGenerator generator, string user)
    {
        AuthenticateRequest login = generator.Login(user, _passwords.GetValueOrDefault(user, "p"));
        (IMessage? expected, string expectedError) = await sides[0].SendAsync(null, login);
        (IMessage? actual, string actualError) = await sides[1].SendAsync(null, login);
        Note(login, expectedError);
        if (expected is AuthenticateResponse first && actual is AuthenticateResponse second)
        {
            sides[0].Login(user, first.Token);
            sides[1].Login(user, second.Token);
            (first.Token, second.Token) = ("", "");
        }

        Compare(login, user, -1, expected?.ToString() ?? expectedError, actual?.ToString() ?? actualError, sides, expected, actual);
    }

    private async Task CompareAsync(Side[] sides, string? session, IMessage request, int step)
    {
        (IMessage? expected, string expectedError) = await sides[0].SendAsync(session, request);
        (IMessage? actual, string actualError) = await sides[1].SendAsync(session, request);
        Note(request, expectedError);
        if (expected is not null && PasswordIn(request) is { } changed)
        {
            _passwords[changed.User] = changed.Password;
        }

        if (expected is AuthDisableResponse)
        {
            // 3.4 refuses tokens that it does not know even when nobody needs one, later versions do not look at them.
            Array.ForEach(sides, static side => side.LogoutAll());
        }

        Compare(request, session, step, expectedError, actualError, sides, expected, actual);
    }

    private void Compare(
        IMessage request, string? session, int step, string expectedError, string actualError, Side[] sides, IMessage? expected, IMessage? actual)
    {
        string expectedText = expected is null ? expectedError : sides[0].Text(expected);
        string actualText = actual is null ? actualError : sides[1].Text(actual);
        if (expectedText != actualText && !VersionDifference.Explains(request, expectedError, actual, actualError))
        {
            _differenceCount++;
            _differences.AppendLine($"request {step} of {session ?? "nobody"}: {request.Descriptor.Name} {request}");
            _differences.AppendLine($"  expected {expectedText}");
            _differences.AppendLine($"  actual   {actualText}");
        }
    }

    private void Note(IMessage request, string error)
    {
        string outcome = $"{request.Descriptor.Name} {(error.Length == 0 ? "OK" : error)}";
        _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;
    }

    private static (string User, string Password)? PasswordIn(IMessage request) => request switch
    {
        AuthUserAddRequest add => (add.Name, add.Password),
        AuthUserChangePasswordRequest change => (change.Name, change.Password),
        _ => null,
    };

    /// <summary>One server with the sessions of its users.</summary>
    private sealed class Side(GrpcChannel channel)
    {
        private readonly Dictionary<string, string> _tokens = [];
        private readonly Normaliser _view = new();

        public bool IsKnown(string user) => _tokens.ContainsKey(user);

        public void Login(string user, string token) => _tokens[user] = token;

        public void LogoutAll() => _tokens.Clear();

        public string Text(IMessage response) => _view.Text(response);

        public async Task<(IMessage? Response, string Error)> SendAsync(string? session, IMessage message)
        {
            try
            {
                KvRequest request = KvRequest.Of(message);
                IReadOnlyList<KeyValuePair<string, string>> metadata =
                    session is not null && _tokens.TryGetValue(session, out string? token) ? [new("token", token)] : [];
                return (await request.Send(channel, message, metadata), "");
            }
            catch (GrpcCallException failure)
            {
                return (null, failure.Message);
            }
        }
    }
}
