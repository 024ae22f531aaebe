using System.Text;
using ActorEtcd.Host.Auth;
using ActorEtcd.Host.Grpc;
using Xunit;

namespace ActorEtcd.Specs.Host.Auth;

public sealed class BcryptSpec
{
    private readonly Bcrypt _bcrypt = new(Bcrypt.CostMin);

    [Theory]
    [InlineData("allmine", "$2a$10$XajjQvNhvvRt5GSeFk1xFeyqRrsxkhBkUiQeg0dt.wU1qD4aFDcga")]
    [InlineData("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy")]
    public async Task Hashes_of_other_implementations_are_recognised(string password, string hash)
    {
        Assert.True(await _bcrypt.IsOfAsync(Encoding.ASCII.GetBytes(hash), password));
        Assert.False(await _bcrypt.IsOfAsync(Encoding.ASCII.GetBytes(hash), password + "x"));
    }

    [Theory]
    [InlineData("secret")]
    [InlineData("")]
    [InlineData("pässwörd \U0001F600 ÿÿ")]
    public async Task Password_is_recognised_by_its_own_hash_which_looks_like_etcds(string password)
    {
        var hash = await _bcrypt.HashAsync(password);
        Assert.StartsWith("$2a$04$", Encoding.ASCII.GetString(hash), StringComparison.Ordinal);
        Assert.Equal(60, hash.Length);
        Assert.True(await _bcrypt.IsOfAsync(hash, password));
        Assert.False(await _bcrypt.IsOfAsync(hash, password + "x"));
        Assert.NotEqual(hash, await _bcrypt.HashAsync(password));
    }

    [Fact]
    public async Task Password_that_goes_on_behind_a_zero_byte_is_no_other_password()
    {
        var hash = await _bcrypt.HashAsync("secret");
        Assert.False(await _bcrypt.IsOfAsync(hash, "secret\0more"));
        await Assert.ThrowsAsync<GrpcStatusException>(() => _bcrypt.HashAsync("secret\0more"));
    }

    [Fact]
    public async Task Password_that_bcrypt_would_cut_is_refused_as_in_go()
    {
        await _bcrypt.HashAsync(new string('x', 72));
        var refusal = await Assert.ThrowsAsync<GrpcStatusException>(() => _bcrypt.HashAsync(new string('x', 73)));
        Assert.Equal("bcrypt: password length exceeds 72 bytes", refusal.Status.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("$2a$")]
    [InlineData("$2a$99$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("$1$salt$hash")]
    [InlineData("*0")]
    public async Task What_is_no_hash_is_that_of_no_password(string hash)
    {
        Assert.False(await _bcrypt.IsOfAsync(Encoding.ASCII.GetBytes(hash), ""));
        Assert.False(await _bcrypt.IsOfAsync(Encoding.ASCII.GetBytes(hash), "x"));
    }
}
