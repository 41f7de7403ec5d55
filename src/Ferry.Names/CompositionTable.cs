namespace Ferry.Names;

// The data of Nfc, from the Unicode Character Database 14.0 (UnicodeData.txt, CompositionExclusions.txt).
// Later versions keep what is here (the Unicode stability policy) and add a few rare scripts, which then compare as
// they are.
internal static class CompositionTable
{
    /// <summary>A mark, then pairs of the character it follows and the composed character.</summary>
    internal static readonly (int Mark, string Pairs)[] Compositions =
    [
        (0x0300, "AÀEÈIÌNǸOÒUÙWẀYỲaàeèiìnǹoòuùwẁyỳ\u00A8\u1FEDÂẦÊỀÔỒÜǛâầêềôồüǜĂẰăằĒḔēḕŌṐōṑƠỜơờƯỪưừΑᾺΕῈΗῊΙῚΟῸΥῪΩῺ" +
            "αὰεὲηὴιὶοὸυὺωὼϊῒϋῢЕЀИЍеѐиѝἀἂἁἃἈἊἉἋἐἒἑἓἘἚἙἛἠἢἡἣἨἪἩἫἰἲἱἳἸἺἹἻὀὂὁὃὈὊὉὋὐὒὑὓὙὛὠὢὡὣὨὪὩὫ\u1FBF\u1FCD" +
            "\u1FFE\u1FDD"),
        (0x0301, "AÁCĆEÉGǴIÍKḰLĹMḾNŃOÓPṔRŔSŚUÚWẂYÝZŹaácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúwẃyýzź\u00A8\u0385ÂẤÅǺÆǼÇḈÊẾÏḮÔỐ" +
            "ÕṌØǾÜǗâấåǻæǽçḉêếïḯôốõṍøǿüǘĂẮăắĒḖēḗŌṒōṓŨṸũṹƠỚơớƯỨưứΑΆΕΈΗΉΙΊΟΌΥΎΩΏαάεέηήιίοόυύωώϊΐϋΰϒϓГЃКЌгѓкќἀἄἁἅἈἌἉἍ" +
            "ἐἔἑἕἘἜἙἝἠἤἡἥἨἬἩἭἰἴἱἵἸἼἹἽὀὄὁὅὈὌὉὍὐὔὑὕὙὝὠὤὡὥὨὬὩὭ\u1FBF\u1FCE\u1FFE\u1FDE"),
        (0x0302, "AÂCĈEÊGĜHĤIÎJĴOÔSŜUÛWŴYŶZẐaâcĉeêgĝhĥiîjĵoôsŝuûwŵyŷzẑẠẬạậẸỆẹệỌỘọộ"),
        (0x0303, "AÃEẼIĨNÑOÕUŨVṼYỸaãeẽiĩnñoõuũvṽyỹÂẪÊỄÔỖâẫêễôỗĂẴăẵƠỠơỡƯỮưữ"),
        (0x0304, "AĀEĒGḠIĪOŌUŪYȲaāeēgḡiīoōuūyȳÄǞÆǢÕȬÖȪÜǕäǟæǣõȭöȫüǖǪǬǫǭȦǠȧǡȮȰȯȱΑᾹΙῙΥῩαᾱιῑυῡИӢУӮиӣуӯḶḸḷḹṚṜṛṝ"),
        (0x0306, "AĂEĔGĞIĬOŎUŬaăeĕgğiĭoŏuŭȨḜȩḝΑᾸΙῘΥῨαᾰιῐυῠАӐЕӖЖӁИЙУЎаӑеӗжӂийуўẠẶạặ"),
        (0x0307, "AȦBḂCĊDḊEĖFḞGĠHḢIİMṀNṄOȮPṖRṘSṠTṪWẆXẊYẎZŻaȧbḃcċdḋeėfḟgġhḣmṁnṅoȯpṗrṙsṡtṫwẇxẋyẏzżŚṤśṥŠṦšṧſẛṢṨṣṩ"),
        (0x0308, "AÄEËHḦIÏOÖUÜWẄXẌYŸaäeëhḧiïoötẗuüwẅxẍyÿÕṎõṏŪṺūṻΙΪΥΫιϊυϋϒϔІЇАӒЕЁЖӜЗӞИӤОӦУӰЧӴЫӸЭӬаӓеёжӝзӟиӥоӧуӱчӵ" +
            "ыӹэӭіїӘӚәӛӨӪөӫ"),
        (0x0309, "AẢEẺIỈOỎUỦYỶaảeẻiỉoỏuủyỷÂẨÊỂÔỔâẩêểôổĂẲăẳƠỞơởƯỬưử"),
        (0x030A, "AÅUŮaåuůwẘyẙ"),
        (0x030B, "OŐUŰoőuűУӲуӳ"),
        (0x030C, "AǍCČDĎEĚGǦHȞIǏKǨLĽNŇOǑRŘSŠTŤUǓZŽaǎcčdďeěgǧhȟiǐjǰkǩlľnňoǒrřsštťuǔzžÜǙüǚƷǮʒǯ"),
        (0x030F, "AȀEȄIȈOȌRȐUȔaȁeȅiȉoȍrȑuȕѴѶѵѷ"),
        (0x0311, "AȂEȆIȊOȎRȒUȖaȃeȇiȋoȏrȓuȗ"),
        (0x0313, "ΑἈΕἘΗἨΙἸΟὈΩὨαἀεἐηἠιἰοὀρῤυὐωὠ"),
        (0x0314, "ΑἉΕἙΗἩΙἹΟὉΡῬΥὙΩὩαἁεἑηἡιἱοὁρῥυὑωὡ"),
        (0x031B, "OƠUƯoơuư"),
        (0x0323, "AẠBḄDḌEẸHḤIỊKḲLḶMṂNṆOỌRṚSṢTṬUỤVṾWẈYỴZẒaạbḅdḍeẹhḥiịkḳlḷmṃnṇoọrṛsṣtṭuụvṿwẉyỵzẓƠỢơợƯỰưự"),
        (0x0324, "UṲuṳ"),
        (0x0325, "AḀaḁ"),
        (0x0326, "SȘTȚsștț"),
        (0x0327, "CÇDḐEȨGĢHḨKĶLĻNŅRŖSŞTŢcçdḑeȩgģhḩkķlļnņrŗsştţ"),
        (0x0328, "AĄEĘIĮOǪUŲaąeęiįoǫuų"),
        (0x032D, "DḒEḘLḼNṊTṰUṶdḓeḙlḽnṋtṱuṷ"),
        (0x032E, "HḪhḫ"),
        (0x0330, "EḚIḬUṴeḛiḭuṵ"),
        (0x0331, "BḆDḎKḴLḺNṈRṞTṮZẔbḇdḏhẖkḵlḻnṉrṟtṯzẕ"),
        (0x0338, "<\u226E=\u2260>\u226F\u2190\u219A\u2192\u219B\u2194\u21AE\u21D0\u21CD\u21D2\u21CF\u21D4\u21CE" +
            "\u2203\u2204\u2208\u2209\u220B\u220C\u2223\u2224\u2225\u2226\u223C\u2241\u2243\u2244\u2245\u2247" +
            "\u2248\u2249\u224D\u226D\u2261\u2262\u2264\u2270\u2265\u2271\u2272\u2274\u2273\u2275\u2276\u2278" +
            "\u2277\u2279\u227A\u2280\u227B\u2281\u227C\u22E0\u227D\u22E1\u2282\u2284\u2283\u2285\u2286\u2288" +
            "\u2287\u2289\u2291\u22E2\u2292\u22E3\u22A2\u22AC\u22A8\u22AD\u22A9\u22AE\u22AB\u22AF\u22B2\u22EA" +
            "\u22B3\u22EB\u22B4\u22EC\u22B5\u22ED"),
        (0x0342, "\u00A8\u1FC1αᾶηῆιῖυῦωῶϊῗϋῧἀἆἁἇἈἎἉἏἠἦἡἧἨἮἩἯἰἶἱἷἸἾἹἿὐὖὑὗὙὟὠὦὡὧὨὮὩὯ\u1FBF\u1FCF\u1FFE\u1FDF"),
        (0x0345, "ΑᾼΗῌΩῼάᾴήῄαᾳηῃωῳώῴἀᾀἁᾁἂᾂἃᾃἄᾄἅᾅἆᾆἇᾇἈᾈἉᾉἊᾊἋᾋἌᾌἍᾍἎᾎἏᾏἠᾐἡᾑἢᾒἣᾓἤᾔἥᾕἦᾖἧᾗἨᾘἩᾙἪᾚἫᾛἬᾜἭᾝἮᾞἯᾟὠᾠὡᾡὢᾢὣᾣὤᾤὥᾥ" +
            "ὦᾦὧᾧὨᾨὩᾩὪᾪὫᾫὬᾬὭᾭὮᾮὯᾯὰᾲὴῂὼῲᾶᾷῆῇῶῷ"),
        (0x0653, "\u0627\u0622"),
        (0x0654, "\u0627\u0623\u0648\u0624\u064A\u0626\u06C1\u06C2\u06D2\u06D3\u06D5\u06C0"),
        (0x0655, "\u0627\u0625"),
        (0x093C, "\u0928\u0929\u0930\u0931\u0933\u0934"),
        (0x09BE, "\u09C7\u09CB"),
        (0x09D7, "\u09C7\u09CC"),
        (0x0B3E, "\u0B47\u0B4B"),
        (0x0B56, "\u0B47\u0B48"),
        (0x0B57, "\u0B47\u0B4C"),
        (0x0BBE, "\u0BC6\u0BCA\u0BC7\u0BCB"),
        (0x0BD7, "\u0B92\u0B94\u0BC6\u0BCC"),
        (0x0C56, "\u0C46\u0C48"),
        (0x0CC2, "\u0CC6\u0CCA"),
        (0x0CD5, "\u0CBF\u0CC0\u0CC6\u0CC7\u0CCA\u0CCB"),
        (0x0CD6, "\u0CC6\u0CC8"),
        (0x0D3E, "\u0D46\u0D4A\u0D47\u0D4B"),
        (0x0D57, "\u0D46\u0D4C"),
        (0x0DCA, "\u0DD9\u0DDA\u0DDC\u0DDD"),
        (0x0DCF, "\u0DD9\u0DDC"),
        (0x0DDF, "\u0DD9\u0DDE"),
        (0x102E, "\u1025\u1026"),
        (0x1B35, "\u1B05\u1B06\u1B07\u1B08\u1B09\u1B0A\u1B0B\u1B0C\u1B0D\u1B0E\u1B11\u1B12\u1B3A\u1B3B" +
            "\u1B3C\u1B3D\u1B3E\u1B40\u1B3F\u1B41\u1B42\u1B43"),
        (0x3099, "うゔかがきぎくぐけげこごさざしじすずせぜそぞただちぢつづてでとどはばひびふぶへべほぼゝゞウヴカガキギクグケゲコゴサザシジスズセゼソゾタダチヂツヅテデトドハバヒビフブヘベホボワヷヰヸヱヹヲヺ" +
            "ヽヾ"),
        (0x309A, "はぱひぴふぷへぺほぽハパヒピフプヘペホポ"),
        (0x110BA, "\U00011099\U0001109A\U0001109B\U0001109C\U000110A5\U000110AB"),
        (0x11127, "\U00011131\U0001112E\U00011132\U0001112F"),
        (0x1133E, "\U00011347\U0001134B"),
        (0x11357, "\U00011347\U0001134C"),
        (0x114B0, "\U000114B9\U000114BC"),
        (0x114BA, "\U000114B9\U000114BB"),
        (0x114BD, "\U000114B9\U000114BE"),
        (0x115AF, "\U000115B8\U000115BA\U000115B9\U000115BB"),
        (0x11930, "\U00011935\U00011938"),
    ];

    /// <summary>
    /// Composition exclusions, which are decomposed and never recomposed: the composed character, then its two parts.
    /// </summary>
    internal const string Exclusions =
        "\u0344\u0308\u0301\u0958\u0915\u093C\u0959\u0916\u093C\u095A\u0917\u093C\u095B\u091C\u093C" +
            "\u095C\u0921\u093C\u095D\u0922\u093C\u095E\u092B\u093C\u095F\u092F\u093C\u09DC\u09A1\u09BC" +
            "\u09DD\u09A2\u09BC\u09DF\u09AF\u09BC\u0A33\u0A32\u0A3C\u0A36\u0A38\u0A3C\u0A59\u0A16\u0A3C" +
            "\u0A5A\u0A17\u0A3C\u0A5B\u0A1C\u0A3C\u0A5E\u0A2B\u0A3C\u0B5C\u0B21\u0B3C\u0B5D\u0B22\u0B3C" +
            "\u0F43\u0F42\u0FB7\u0F4D\u0F4C\u0FB7\u0F52\u0F51\u0FB7\u0F57\u0F56\u0FB7\u0F5C\u0F5B\u0FB7" +
            "\u0F69\u0F40\u0FB5\u0F73\u0F71\u0F72\u0F75\u0F71\u0F74\u0F76\u0FB2\u0F80\u0F78\u0FB3\u0F80" +
            "\u0F81\u0F71\u0F80\u0F93\u0F92\u0FB7\u0F9D\u0F9C\u0FB7\u0FA2\u0FA1\u0FB7\u0FA7\u0FA6\u0FB7" +
            "\u0FAC\u0FAB\u0FB7\u0FB9\u0F90\u0FB5\u2ADC\u2ADD\u0338\uFB1D\u05D9\u05B4\uFB1F\u05F2\u05B7" +
            "\uFB2A\u05E9\u05C1\uFB2B\u05E9\u05C2\uFB2C\uFB49\u05C1\uFB2D\uFB49\u05C2\uFB2E\u05D0\u05B7" +
            "\uFB2F\u05D0\u05B8\uFB30\u05D0\u05BC\uFB31\u05D1\u05BC\uFB32\u05D2\u05BC\uFB33\u05D3\u05BC" +
            "\uFB34\u05D4\u05BC\uFB35\u05D5\u05BC\uFB36\u05D6\u05BC\uFB38\u05D8\u05BC\uFB39\u05D9\u05BC" +
            "\uFB3A\u05DA\u05BC\uFB3B\u05DB\u05BC\uFB3C\u05DC\u05BC\uFB3E\u05DE\u05BC\uFB40\u05E0\u05BC" +
            "\uFB41\u05E1\u05BC\uFB43\u05E3\u05BC\uFB44\u05E4\u05BC\uFB46\u05E6\u05BC\uFB47\u05E7\u05BC" +
            "\uFB48\u05E8\u05BC\uFB49\u05E9\u05BC\uFB4A\u05EA\u05BC\uFB4B\u05D5\u05B9\uFB4C\u05D1\u05BF" +
            "\uFB4D\u05DB\u05BF\uFB4E\u05E4\u05BF\U0001D15E\U0001D157\U0001D165\U0001D15F\U0001D158\U0001D165" +
            "\U0001D160\U0001D15F\U0001D16E\U0001D161\U0001D15F\U0001D16F\U0001D162\U0001D15F\U0001D170" +
            "\U0001D163\U0001D15F\U0001D171\U0001D164\U0001D15F\U0001D172\U0001D1BB\U0001D1B9\U0001D165" +
            "\U0001D1BC\U0001D1BA\U0001D165\U0001D1BD\U0001D1BB\U0001D16E\U0001D1BE\U0001D1BC\U0001D16E" +
            "\U0001D1BF\U0001D1BB\U0001D16F\U0001D1C0\U0001D1BC\U0001D16F";

    /// <summary>
    /// Singleton decompositions, in runs: the first code point, then what each from there on decomposes to.
    /// </summary>
    internal static readonly (int First, string Meant)[] Singletons =
    [
        (0x0340, "\u0300\u0301"),
        (0x0343, "\u0313"),
        (0x0374, "ʹ"),
        (0x037E, ";"),
        (0x0387, "\u00B7"),
        (0x1F71, "ά"),
        (0x1F73, "έ"),
        (0x1F75, "ή"),
        (0x1F77, "ί"),
        (0x1F79, "ό"),
        (0x1F7B, "ύ"),
        (0x1F7D, "ώ"),
        (0x1FBB, "Ά"),
        (0x1FBE, "ι"),
        (0x1FC9, "Έ"),
        (0x1FCB, "Ή"),
        (0x1FD3, "ΐ"),
        (0x1FDB, "Ί"),
        (0x1FE3, "ΰ"),
        (0x1FEB, "Ύ"),
        (0x1FEE, "\u0385`"),
        (0x1FF9, "Ό"),
        (0x1FFB, "Ώ"),
        (0x1FFD, "\u00B4"),
        (0x2000, "\u2002\u2003"),
        (0x2126, "Ω"),
        (0x212A, "KÅ"),
        (0x2329, "\u3008\u3009"),
        (0xF900, "豈更車賈滑串句龜龜契金喇奈懶癩羅蘿螺裸邏樂洛烙珞落酪駱亂卵欄爛蘭鸞嵐濫藍襤拉臘蠟廊朗浪狼郎來冷勞擄櫓爐盧老蘆虜路露魯鷺碌祿綠菉錄鹿論壟弄籠聾牢磊賂雷壘屢樓淚漏累縷陋勒肋凜凌稜綾菱陵讀拏樂諾丹" +
            "寧怒率異北磻便復不泌數索參塞省葉說殺辰沈拾若掠略亮兩凉梁糧良諒量勵呂女廬旅濾礪閭驪麗黎力曆歷轢年憐戀撚漣煉璉秊練聯輦蓮連鍊列劣咽烈裂說廉念捻殮簾獵令囹寧嶺怜玲瑩羚聆鈴零靈領例禮醴隸惡了僚寮尿料樂燎療蓼" +
            "遼龍暈阮劉杻柳流溜琉留硫紐類六戮陸倫崙淪輪律慄栗率隆利吏履易李梨泥理痢罹裏裡里離匿溺吝燐璘藺隣鱗麟林淋臨立笠粒狀炙識什茶刺切度拓糖宅洞暴輻行降見廓兀嗀"),
        (0xFA10, "塚"),
        (0xFA12, "晴"),
        (0xFA15, "凞猪益礼神祥福靖精羽"),
        (0xFA20, "蘒"),
        (0xFA22, "諸"),
        (0xFA25, "逸都"),
        (0xFA2A, "飯飼館鶴郞隷侮僧免勉勤卑喝嘆器塀墨層屮悔慨憎懲敏既暑梅海渚漢煮爫琢碑社祉祈祐祖祝禍禎穀突節練縉繁署者臭艹艹著褐視謁謹賓贈辶逸難響頻恵𤋮舘"),
        (0xFA70, "並况全侀充冀勇勺喝啕喙嗢塚墳奄奔婢嬨廒廙彩徭惘慎愈憎慠懲戴揄搜摒敖晴朗望杖歹殺流滛滋漢瀞煮瞧爵犯猪瑱甆画瘝瘟益盛直睊着磌窱節类絛練缾者荒華蝹襁覆視調諸請謁諾諭謹變贈輸遲醙鉶陼難靖韛響頋頻鬒龜" +
            "𢡊𢡄𣏕㮝䀘䀹𥉉𥳐𧻓齃龎"),
        (0x2F800, "丽丸乁𠄢你侮侻倂偺備僧像㒞𠘺免兔兤具𠔜㒹內再𠕋冗冤仌冬况𩇟凵刃㓟刻剆割剷㔕勇勉勤勺包匆北卉卑博即卽卿卿卿𠨬灰及叟𠭣叫叱吆咞吸呈周咢哶唐啓啣善善喙喫喳嗂圖嘆圗噑噴切壮城埴堍型堲報墬𡓤売壷夆多" +
            "夢奢𡚨𡛪姬娛娧姘婦㛮㛼嬈嬾嬾𡧈寃寘寧寳𡬘寿将当尢㞁屠屮峀岍𡷤嵃𡷦嵮嵫嵼巡巢㠯巽帨帽幩㡢𢆃㡼庰庳庶廊𪎒廾𢌱𢌱舁弢弢㣇𣊸𦇚形彫㣣徚忍志忹悁㤺㤜悔𢛔惇慈慌慎慌慺憎憲憤憯懞懲懶成戛扝抱拔捐𢬌挽拼捨掃揤𢯱搢揅掩" +
            "㨮摩摾撝摷㩬敏敬𣀊旣書晉㬙暑㬈㫤冒冕最暜肭䏙朗望朡杞杓𣏃㭉柺枅桒梅𣑭梎栟椔㮝楂榣槪檨𣚣櫛㰘次𣢧歔㱎歲殟殺殻𣪍𡴋𣫺汎𣲼沿泍汧洖派海流浩浸涅𣴞洴港湮㴳滋滇𣻑淹潮𣽞𣾎濆瀹瀞瀛㶖灊災灷炭𠔥煅𤉣熜𤎫爨爵牐𤘈犀犕" +
            "𤜵𤠔獺王㺬玥㺸㺸瑇瑜瑱璅瓊㼛甤𤰶甾𤲒異𢆟瘐𤾡𤾸𥁄㿼䀈直𥃳𥃲𥄙𥄳眞真真睊䀹瞋䁆䂖𥐝硎碌磌䃣𥘦祖𥚚𥛅福秫䄯穀穊穏𥥼𥪧𥪧竮䈂𥮫篆築䈧𥲀糒䊠糨糣紀𥾆絣䌁緇縂繅䌴𦈨𦉇䍙𦋙罺𦌾羕翺者𦓚𦔣聠𦖨聰𣍟䏕育脃䐋脾媵𦞧𦞵𣎓" +
            "𣎜舁舄辞䑫芑芋芝劳花芳芽苦𦬼若茝荣莭茣莽菧著荓菊菌菜𦰶𦵫𦳕䔫蓱蓳蔖𧏊蕤𦼬䕝䕡𦾱𧃒䕫虐虜虧虩蚩蚈蜎蛢蝹蜨蝫螆䗗蟡蠁䗹衠衣𧙧裗裞䘵裺㒻𧢮𧥦䚾䛇誠諭變豕𧲨貫賁贛起𧼯𠠄跋趼跰𠣞軔輸𨗒𨗭邔郱鄑𨜮鄛鈸鋗鋘鉼鏹鐕𨯺" +
            "開䦕閷𨵷䧦雃嶲霣𩅅𩈚䩮䩶韠𩐊䪲𩒖頋頋頩𩖶飢䬳餩馧駂駾䯎𩬰鬒鱀鳽䳎䳭鵧𪃎䳸𪄅𪈎𪊑麻䵖黹黾鼅鼏鼖鼻𪘀"),
    ];
}
