"""Names of emoji as people type them between colons, and the sign of each. A font draws them: no pictures, no classes."""

_TABLE = """
smile 😄 grinning 😀 grin 😁 laughing 😆 satisfied 😆 joy 😂 rofl 🤣 sweat_smile 😅 slightly_smiling_face 🙂
upside_down 🙃 wink 😉 blush 😊 innocent 😇 smiley 😃 heart_eyes 😍 star_struck 🤩 kissing_heart 😘 kissing 😗
relaxed ☺️ yum 😋 stuck_out_tongue 😛 stuck_out_tongue_winking_eye 😜 zany_face 🤪 money_mouth 🤑 hugs 🤗
hugging 🤗 thinking 🤔 zipper_mouth 🤐 neutral_face 😐 expressionless 😑 no_mouth 😶 smirk 😏 unamused 😒
roll_eyes 🙄 grimacing 😬 relieved 😌 pensive 😔 sleepy 😪 drooling_face 🤤 sleeping 😴 mask 😷 sneezing_face 🤧
hot_face 🥵 cold_face 🥶 dizzy_face 😵 exploding_head 🤯 cowboy 🤠 partying 🥳 sunglasses 😎 nerd 🤓 monocle 🧐
confused 😕 worried 😟 open_mouth 😮 hushed 😯 astonished 😲 flushed 😳 pleading_face 🥺 frowning 😦 anguished 😧
fearful 😨 cold_sweat 😰 disappointed_relieved 😥 cry 😢 sob 😭 scream 😱 confounded 😖 persevere 😣 disappointed 😞
sweat 😓 weary 😩 tired_face 😫 yawning 🥱 triumph 😤 rage 😡 angry 😠 smiling_imp 😈 skull 💀 poop 💩 clown 🤡
ghost 👻 alien 👽 robot 🤖 see_no_evil 🙈 hear_no_evil 🙉 speak_no_evil 🙊 kiss 💋 love_letter 💌 heart ❤️
orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 black_heart 🖤 white_heart 🤍
brown_heart 🤎 broken_heart 💔 two_hearts 💕 sparkling_heart 💖 revolving_hearts 💞 100 💯 boom 💥 dizzy 💫
sweat_drops 💦 dash 💨 bomb 💣 speech_balloon 💬 zzz 💤 wave 👋 raised_hand ✋ ok_hand 👌 v ✌️ crossed_fingers 🤞
metal 🤘 call_me 🤙 point_left 👈 point_right 👉 point_up ☝️ point_down 👇 +1 👍 thumbsup 👍 -1 👎 thumbsdown 👎
fist ✊ facepunch 👊 clap 👏 raised_hands 🙌 open_hands 👐 handshake 🤝 pray 🙏 muscle 💪 eyes 👀 brain 🧠 baby 👶
man 👨 woman 👩 shrug 🤷 facepalm 🤦 bow 🙇 dancer 💃 family 👪 dog 🐶 cat 🐱 mouse 🐭 rabbit 🐰 fox 🦊 bear 🐻
panda 🐼 tiger 🐯 lion 🦁 cow 🐮 pig 🐷 frog 🐸 monkey 🐒 chicken 🐔 penguin 🐧 bird 🐦 owl 🦉 horse 🐴 unicorn 🦄
bee 🐝 butterfly 🦋 snail 🐌 turtle 🐢 snake 🐍 dragon 🐉 octopus 🐙 fish 🐟 dolphin 🐬 whale 🐳 rose 🌹 tulip 🌷
sunflower 🌻 blossom 🌼 cherry_blossom 🌸 bouquet 💐 seedling 🌱 evergreen_tree 🌲 cactus 🌵 herb 🌿
four_leaf_clover 🍀 maple_leaf 🍁 leaves 🍃 mushroom 🍄 apple 🍎 pear 🍐 tangerine 🍊 lemon 🍋 banana 🍌
watermelon 🍉 grapes 🍇 strawberry 🍓 cherries 🍒 peach 🍑 mango 🥭 pineapple 🍍 avocado 🥑 tomato 🍅 bread 🍞
cheese 🧀 egg 🥚 hamburger 🍔 fries 🍟 pizza 🍕 taco 🌮 rice 🍚 ramen 🍜 sushi 🍣 dumpling 🥟 moon_cake 🥮
icecream 🍦 doughnut 🍩 cookie 🍪 birthday 🎂 cake 🍰 chocolate_bar 🍫 candy 🍬 honey_pot 🍯 coffee ☕ tea 🍵
teapot 🫖 bubble_tea 🧋 beer 🍺 beers 🍻 wine_glass 🍷 champagne 🍾 cocktail 🍸 chopsticks 🥢 earth_africa 🌍
earth_americas 🌎 earth_asia 🌏 sunny ☀️ cloud ☁️ rainbow 🌈 umbrella ☔ snowflake ❄️ snowman ⛄ zap ⚡
fire 🔥 star ⭐ star2 🌟 sparkles ✨ moon 🌙 tada 🎉 confetti_ball 🎊 balloon 🎈 gift 🎁 red_envelope 🧧 lantern 🏮
firecracker 🧨 christmas_tree 🎄 jack_o_lantern 🎃 trophy 🏆 medal 🏅 1st_place_medal 🥇 2nd_place_medal 🥈
3rd_place_medal 🥉 crown 👑 gem 💎 ring 💍 soccer ⚽ basketball 🏀 tennis 🎾 ping_pong 🏓 dart 🎯 game_die 🎲
video_game 🎮 art 🎨 musical_note 🎵 notes 🎶 guitar 🎸 microphone 🎤 headphones 🎧 movie_camera 🎥 camera 📷 tv 📺
phone ☎️ iphone 📱 computer 💻 keyboard ⌨️ bulb 💡 flashlight 🔦 battery 🔋 book 📖 books 📚 newspaper 📰
memo 📝 pencil ✏️ calendar 📅 chart 📈 clipboard 📋 pushpin 📌 paperclip 📎 scissors ✂️ lock 🔒 unlock 🔓 key 🔑
hammer 🔨 wrench 🔧 gear ⚙️ link 🔗 mag 🔍 hourglass ⌛ alarm_clock ⏰ watch ⌚ bell 🔔 no_bell 🔕 mega 📣
loudspeaker 📢 email 📧 inbox 📥 outbox 📤 package 📦 mailbox 📫 money 💰 moneybag 💰 dollar 💵 yen 💴 euro 💶
credit_card 💳 receipt 🧾 shopping_cart 🛒 shopping 🛍️ ticket 🎫 label 🏷️ house 🏠 office 🏢 school 🏫 tent ⛺
car 🚗 bus 🚌 train 🚆 bike 🚲 airplane ✈️ rocket 🚀 ship 🚢 construction 🚧 checkered_flag 🏁 flag_cn 🇨🇳
white_check_mark ✅ check ✔️ heavy_check_mark ✔️ x ❌ negative 🚫 no_entry ⛔ warning ⚠️ question ❓
exclamation ❗ bangbang ‼️ recycle ♻️ new 🆕 ok 🆗 up 🆙 cool 🆒 free 🆓 sos 🆘 arrow_up ⬆️ arrow_down ⬇️
arrow_left ⬅️ arrow_right ➡️ heavy_plus_sign ➕ heavy_minus_sign ➖ infinity ♾️ red_circle 🔴 green_circle 🟢
blue_circle 🔵 yellow_circle 🟡 white_circle ⚪ black_circle ⚫
"""

_words = _TABLE.split()
EMOJI: dict[str, str] = dict(zip(_words[::2], _words[1::2], strict=True))
"""Name between colons → sign."""
