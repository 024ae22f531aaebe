using ActorEtcd.Auth;
using ActorEtcd.Host.Auth;
using Xunit;

namespace ActorEtcd.Specs.Host.Auth;

public sealed class SimpleTokensSpec
{
    private readonly StoppedClock _clock = new();
    private readonly SimpleTokens _tokens;

    public SimpleTokensSpec() => _tokens = new SimpleTokens(TimeSpan.FromSeconds(300), _clock);

    [Fact]
    public void Prefix_is_sixteen_letters_and_never_the_same()
    {
        var prefix = _tokens.NewPrefix();
        Assert.Matches("^[a-zA-Z]{16}$", prefix);
        Assert.NotEqual(prefix, _tokens.NewPrefix());
    }

    [Fact]
    public void Token_lives_for_its_time_after_its_last_use()
    {
        _tokens.Assign("abc.7", "u");
        _clock.Pass(TimeSpan.FromSeconds(299));
        Assert.Equal(new AuthInfo("u", 4), _tokens.Find("abc.7", 4));
        _clock.Pass(TimeSpan.FromSeconds(299));
        Assert.Equal(new AuthInfo("u", 5), _tokens.Find("abc.7", 5));
        _clock.Pass(TimeSpan.FromSeconds(301));
        Assert.Null(_tokens.Find("abc.7", 5));
        _tokens.Assign("def.8", "u");
        Assert.Equal(1, _tokens.Count);
    }

    [Fact]
    public void Tokens_go_with_their_user_and_all_at_once()
    {
        _tokens.Assign("abc.7", "u");
        _tokens.Assign("def.8", "v");
        _tokens.Invalidate("u");
        Assert.Null(_tokens.Find("abc.7", 1));
        Assert.NotNull(_tokens.Find("def.8", 1));
        _tokens.Clear();
        Assert.Null(_tokens.Find("def.8", 1));
    }

    [Fact]
    public void Tokens_of_entries_from_before_the_start_are_not_taken_up_again()
    {
        _tokens.PassOver(7);
        _tokens.Assign("abc.7", "u");
        _tokens.Assign("def.8", "u");
        Assert.Null(_tokens.Find("abc.7", 1));
        Assert.NotNull(_tokens.Find("def.8", 1));
    }

    [Theory]
    [InlineData("abc.17", 17)]
    [InlineData("abc", 0)]
    [InlineData("abc.", 0)]
    [InlineData("abc.-3", 0)]
    [InlineData("abc.1.2", 0)]
    [InlineData("", 0)]
    public void Index_is_what_stands_behind_the_dot(string token, long index) => Assert.Equal(index, _tokens.IndexOf(token));
}
